import { wait } from './timers';

/**
 * An engine that is silent for this long hangs. On large models it may compute for a few seconds without a look at its
 * messages. Seconds.
 */
export const longestSilence = 5;

const steps = 10;

/**
 * Tells an engine that hangs from one that is busy: the busy one answers a ping as soon as it looks at its messages.
 */
export class Pulse {
  #isChecking = false;

  /**
   * `ping` settles when the engine answers, or once nobody listens to it any more. `silence` is in seconds.
   */
  constructor(
    private readonly ping: () => Promise<unknown>,
    private readonly silence: number = longestSilence,
  ) {}

  /** Calls `hung` if the engine does not answer a ping in time. Does nothing while an earlier check goes on. */
  async check(hung: () => void): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    let isAnswered = false;
    const answered = () => {
      isAnswered = true;
      this.#isChecking = false;
    };
    this.ping().then(answered, answered);
    // In steps: if this side is held up or the machine sleeps, one long timer would run out before the answer is read.
    for (let step = 0; step < steps && !isAnswered; step++) await wait((1000 * this.silence) / steps);
    if (isAnswered) return;
    this.#isChecking = false;
    hung();
  }
}
