import type { Signal } from '../../shared/engine';
import { EngineError } from '../../shared/errors';
import type { RemoteFile } from '../../shared/webWorker';
import { stopIfAborted } from '../pause';

/** Where bytes go as they come, in their order. */
export interface Sink {
  /** Bytes that are there already. */
  readonly size: number;
  /** Lets go of all bytes. */
  restart(): void;
  write(bytes: Uint8Array<ArrayBuffer>): void;
}

/**
 * Fetches what the sink lacks of a file. `tell` hears how many bytes are there. Rejects with `EngineError('cancelled')`, or with
 * `EngineError('fetch-failed')` where the server cannot be reached or does not send the file, where the line broke, when what came stays in
 * the sink, and where the server's file is of another length, when nothing does.
 */
export async function download({ address, bytes }: RemoteFile, sink: Sink, signal: Signal, tell: (bytes: number) => void): Promise<void> {
  if (sink.size === bytes) return;
  if (sink.size > bytes) sink.restart();
  const had = sink.size;
  let answered = false;
  const abort = new AbortController();
  const stop = () => abort.abort();
  signal.addEventListener('abort', stop);
  try {
    // What is kept here need not be kept by the browser a second time, and what was damaged must not come from there again.
    const answer = await fetch(address, { headers: { Range: `bytes=${had}-` }, signal: abort.signal, cache: 'no-store' });
    if (answer.status === 416) throw otherLength(sink, bytes);
    if (!answer.ok || !answer.body) throw new EngineError('fetch-failed', `The model could not be fetched: the server answered with the status ${answer.status}. Try again later, or reload the window.`);
    // A server that knows no ranges sends what is there once more, which is passed over: a line that breaks again takes nothing away.
    let at = startOf(answer, had);
    const reader = answer.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      answered = true;
      at += part.value.length;
      if (at > bytes) throw otherLength(sink, bytes);
      if (at > sink.size) sink.write(part.value.subarray(part.value.length - (at - sink.size)));
      tell(sink.size);
    }
  } catch (error) {
    stopIfAborted(signal);
    throw error instanceof TypeError ? broken(sink.size, answered, bytes) : error;
  } finally {
    signal.removeEventListener('abort', stop);
    // What is not wanted any more is not sent either.
    stop();
  }
  if (sink.size !== bytes) throw broken(sink.size, answered, bytes);
}

/** How `fetch` fails is told by a `TypeError` alone, whether it failed at once or in the middle. */
function broken(have: number, answered: boolean, bytes: number): EngineError {
  if (!answered) return new EngineError('fetch-failed', 'The model could not be fetched: its server was not reached. Try again once you are connected.');
  return new EngineError('fetch-failed', `The model was not fetched whole: the line broke after ${megabytes(have)} of ${megabytes(bytes)}, which are kept. Try again to fetch the rest.`);
}

function otherLength(sink: Sink, bytes: number): EngineError {
  sink.restart();
  return new EngineError('fetch-failed', `The server has another model file: it is not ${bytes} bytes long, as was expected. Install Vectorscope again.`);
}

/**
 * Where an answer begins in the file. A server that knows no ranges sends all of it from its beginning; one on another origin may hide where
 * a range begins, which then is where it was asked for.
 */
function startOf(answer: Response, asked: number): number {
  if (answer.status !== 206) return 0;
  const range = answer.headers.get('content-range');
  if (range === null) return asked;
  const start = Number(/^bytes (\d+)-/.exec(range)?.[1]);
  if (start === asked || start === 0) return start;
  throw new EngineError('fetch-failed', `The model could not be fetched: the server sent ${range}, and bytes from ${asked} on were asked for. Try again later, or reload the window.`);
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
