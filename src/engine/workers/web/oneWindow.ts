import type { Signal } from '../../../shared/engine';
import { stopIfAborted } from '../../tasks/pause';

/** Sent by a new window to ask for the progress. */
const question = '?';

/**
 * Runs `work` in one window at a time. The other windows wait and receive its progress through `tell`. When the window
 * closes, the next one takes over. Rejects with `EngineError('cancelled')` as soon as the signal is aborted during the
 * wait.
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
    // The declared type is a promise of a promise.
    return await (navigator.locks.request(name, { signal: abort.signal }, atWork) as Promise<T>);
  } catch (error) {
    stopIfAborted(signal);
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    channel.close();
  }
}
