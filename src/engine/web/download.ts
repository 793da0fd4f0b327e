import type { Signal } from '../../shared/engine';
import { EngineError } from '../../shared/errors';
import type { RemoteFile } from '../../shared/webWorker';
import { stopIfAborted } from '../pause';

/** Where bytes go as they come, in their order. */
export interface Sink {
  /** Bytes that are there already. */
  readonly size: number;
  /** Lets go of all bytes: the server sends them from the beginning. */
  restart(): void;
  write(bytes: Uint8Array): void;
}

/**
 * Fetches what the sink lacks of a file. `tell` hears the share that is there, 0 … 1. Rejects with `EngineError('cancelled')`, with
 * `EngineError('model-missing')` where the server has no such file or the line broke, when what came stays in the sink, and with
 * `EngineError('model-damaged')` where more comes than the file has.
 */
export async function download({ address, bytes }: RemoteFile, sink: Sink, signal: Signal, tell: (fraction: number) => void): Promise<void> {
  if (sink.size === bytes) return;
  if (sink.size > bytes) sink.restart();
  const abort = new AbortController();
  const stop = () => abort.abort();
  signal.addEventListener('abort', stop);
  try {
    const answer = await fetch(address, { headers: { Range: `bytes=${sink.size}-` }, signal: abort.signal });
    if (!answer.ok || !answer.body) throw new EngineError('model-missing', `The model could not be fetched: the server answered with the status ${answer.status}. Reload the window, or try again later.`);
    if (startOf(answer) !== sink.size) sink.restart();
    const reader = answer.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      if (sink.size + part.value.length > bytes) {
        sink.restart();
        throw new EngineError('model-damaged', `The server has another model file: it sends more than the ${bytes} bytes that were expected. Install Vectorscope again.`);
      }
      sink.write(part.value);
      tell(sink.size / bytes);
    }
  } catch (error) {
    stopIfAborted(signal);
    throw error instanceof TypeError ? broken(sink.size, bytes) : error;
  } finally {
    signal.removeEventListener('abort', stop);
    // What is not wanted any more is not sent either.
    stop();
  }
  if (sink.size !== bytes) throw broken(sink.size, bytes);
}

const broken = (have: number, bytes: number) => new EngineError('model-missing', `The model was not fetched whole: the line broke after ${Math.round(have / 1e6)} MB of ${Math.round(bytes / 1e6)} MB. Inspect again to fetch the rest.`);

/** A server that knows no ranges sends all of the file from its beginning. */
const startOf = (answer: Response): number => (answer.status === 206 ? Number(/^bytes (\d+)-/.exec(answer.headers.get('content-range') ?? '')?.[1] ?? NaN) : 0);
