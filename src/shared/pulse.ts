import { after, wait } from './timers';

/**
 * An engine that is silent for this long hangs. On large models it may compute for a few seconds without a look at its
 * messages. Seconds.
 */
export const longestSilence = 5;

const steps = 10;

/**
 * Distinguishes a hung engine from a busy one, which answers a ping as soon as it looks at its messages.
 */
export class Pulse {
  /** The check that goes on. */
  #check: symbol | null = null;

  /**
   * `ping` settles when the engine answers, or once nobody listens to it any more. `silence` is in seconds.
   */
  constructor(
    private readonly ping: () => Promise<unknown>,
    private readonly silence: number = longestSilence,
  ) {}

  /** Calls `hung` if the engine does not answer a ping in time. Does nothing while an earlier check goes on. */
  async check(hung: () => void): Promise<void> {
    if (this.#check) return;
    const own = (this.#check = Symbol('check'));
    let isAnswered = false;
    const answered = () => {
      isAnswered = true;
      // An answer after the time has run out must not end a newer check.
      if (this.#check === own) this.#check = null;
    };
    this.ping().then(answered, answered);
    // In steps: if this side is held up or the machine sleeps, one long timer would run out before the answer is read.
    for (let step = 0; step < steps && !isAnswered; step++) await wait((1000 * this.silence) / steps);
    if (isAnswered) return;
    this.#check = null;
    hung();
  }
}

/** Watches over an engine while calls wait for it: none of them would ever settle if its process is stopped. */
export class Vigil {
  #stop: (() => void) | null = null;
  #silentSteps = 0;

  /** `silent` is called if nothing is heard for `patience` seconds, although the engine was pinged. */
  constructor(
    private readonly ping: () => void,
    private readonly patience: () => number,
    private readonly silent: () => void,
  ) {}

  /** Does nothing while it goes on. */
  begin(): void {
    if (this.#stop) return;
    this.#silentSteps = 0;
    this.#step();
  }

  /** Anything that the engine says shows that it lives. */
  heard(): void {
    this.#silentSteps = 0;
  }

  end(): void {
    this.#stop?.();
    this.#stop = null;
  }

  // In steps, for the same reason as a check of the pulse.
  #step(): void {
    this.#stop = after((1000 * this.patience()) / steps, () => {
      this.#silentSteps++;
      if (this.#silentSteps === 1) this.ping();
      if (this.#silentSteps < steps) return this.#step();
      this.end();
      this.silent();
    });
  }
}
