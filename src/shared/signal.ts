import { EngineError } from './errors';

/**
 * Settles as the work does, or rejects with `EngineError('cancelled')` as soon as the signal is aborted. The work
 * itself goes on.
 */
export async function orAborted<T>(work: Promise<T>, signal: Signal | undefined): Promise<T> {
  if (!signal) return work;
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new EngineError('cancelled', 'The request was cancelled.'));
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** The part of an `AbortSignal` that the engine uses; its own type exists only where there is a DOM or Node. */
export interface Signal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
