import type { Signal } from '../../../shared/engine';
import { stopIfAborted } from '../../tasks/pause';

/** What a window asks that has just come: how far is it? */
const question = '?';

/**
 * Does work of which one window at a time may do any: the others wait, and hear from `tell` what the one at work tells.
 * A window that closes lets the next one in. Rejects with `EngineError('cancelled')` as soon as the signal is aborted
 * while it waits.
 */
export async function oneWindow<T>(
  name: string,
  signal: Signal,
  tell: (bytes: number) => void,
  work: (tell: (bytes: number) => void) => Promise<T>,
): Promise<T> {
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }: MessageEvent<unknown>) => typeof data === 'number' && tell(data);
  channel.postMessage(question);
  const abort = new AbortController();
  const stop = () => abort.abort();
  signal.addEventListener('abort', stop);
  const atWork = () => {
    let last: number | undefined;
    channel.onmessage = ({ data }: MessageEvent<unknown>) =>
      data === question && last !== undefined && channel.postMessage(last);
    return work((bytes) => {
      last = bytes;
      tell(bytes);
      channel.postMessage(bytes);
    });
  };
  try {
    // The type would be a promise in a promise.
    return await (navigator.locks.request(name, { signal: abort.signal }, atWork) as Promise<T>);
  } catch (error) {
    stopIfAborted(signal);
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    channel.close();
  }
}
