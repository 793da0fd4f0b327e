import type { OtherModel } from '../shared/both';
import type { ModelInfo, Signal } from '../shared/engine';
import { EngineError } from '../shared/errors';
import { orAborted } from '../shared/orAborted';
import type { OwnEngine } from './aloud';

interface Loaded {
  readonly engine: OwnEngine;
  readonly model: ModelInfo;
  /** The model that it is compared with, if there is one. */
  readonly other?: OtherModel;
}

/** A model that the first call loads, and that is released when nobody has called for a while. */
export class OneModel {
  #loading: Promise<Loaded> | undefined;
  /** Settles when all earlier calls have ended. */
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #idle: NodeJS.Timeout | undefined;

  /** `idleMinutes` of 0 keep it. */
  constructor(
    private readonly load: () => Promise<Loaded>,
    private readonly idleMinutes: number,
  ) {}

  /**
   * Runs one call at a time, in their order: a new run would cancel the one before it. Rejects as soon as the signal is
   * aborted; the next call still waits until this one has stopped.
   */
  use<T>(call: (loaded: Loaded) => Promise<T>, signal: Signal): Promise<T> {
    clearTimeout(this.#idle);
    this.#waiting++;
    const work = this.#last.then(async () => {
      const stop = () => {
        if (signal.aborted) throw new EngineError('cancelled', 'The request was cancelled.');
      };
      stop();
      const loaded = await this.#load();
      stop();
      return call(loaded);
    });
    const ended = () => {
      this.#waiting--;
      this.#rest();
    };
    this.#last = work.then(ended, ended);
    return orAborted(work, signal);
  }

  async release(): Promise<void> {
    clearTimeout(this.#idle);
    const loading = this.#loading;
    this.#loading = undefined;
    const loaded = await loading?.catch(() => undefined);
    await loaded?.engine.close?.();
  }

  /** A failed load is forgotten, so that the next call tries again. */
  #load(): Promise<Loaded> {
    if (this.#loading) return this.#loading;
    const loading = this.load();
    loading.catch(() => {
      if (this.#loading === loading) this.#loading = undefined;
    });
    return (this.#loading = loading);
  }

  #rest(): void {
    clearTimeout(this.#idle);
    if (this.#waiting > 0 || this.idleMinutes === 0) return;
    // The next call waits for the release, since memory is there for one model. It does not fail with it.
    const release = () => void (this.#last = this.release().catch(() => undefined));
    this.#idle = setTimeout(release, this.idleMinutes * 60_000);
  }
}
