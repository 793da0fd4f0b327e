import type { Signal } from '../../../shared/engine';
import { EngineError, said } from '../../../shared/errors';
import { memorySize } from '../../../shared/said';
import type { RemoteFile } from '../../../shared/webWorker';
import { stopIfAborted } from '../../tasks/pause';

export interface DownloadSink {
  readonly size: number;
  /** Drops all bytes. */
  restart(): void;
  write(bytes: Uint8Array<ArrayBuffer>): void;
}

/**
 * Fetches the rest of a file into a sink and reports the sink's bytes to `tell`. Rejects with
 * `EngineError('cancelled')`, or with `EngineError('fetch-failed')` if the server cannot be reached, refuses or breaks
 * off, or if its file has another length. A broken download keeps its bytes in the sink. A file of another length
 * leaves no new bytes there, and if the server's first answer reveals it, the earlier bytes are kept.
 */
export async function download(
  { address, bytes }: RemoteFile,
  sink: DownloadSink,
  signal: Signal,
  tell: (bytes: number) => void,
): Promise<void> {
  if (sink.size === bytes) return;
  if (sink.size > bytes) sink.restart();
  const had = sink.size;
  let answered = false;
  const abort = new AbortController();
  const stop = () => abort.abort();
  signal.addEventListener('abort', stop);
  /** A connection fails with a `TypeError`, at once or later. */
  const overLine = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      stopIfAborted(signal);
      throw error instanceof TypeError ? broken(sink.size, answered, bytes) : error;
    }
  };
  try {
    // The browser's cache would be a second copy, and damaged bytes must not come from there again.
    const answer = await overLine(
      fetch(address, { headers: { Range: `bytes=${had}-` }, signal: abort.signal, cache: 'no-store' }),
    );
    if (answer.status === 416) throw refuse(sink, bytes);
    if (!answer.ok || !answer.body)
      throw new EngineError(
        'fetch-failed',
        said`The model could not be downloaded: the server answered with the status ${answer.status}. Try again later, or reload the window.`,
      );
    if ((lengthOf(answer) ?? bytes) !== bytes) throw otherLength(bytes);
    // A server without ranges sends the file from its beginning. The known part is skipped, so another broken
    // connection loses nothing.
    let at = startOf(answer, had);
    const reader = answer.body.getReader();
    for (let part = await overLine(reader.read()); !part.done; part = await overLine(reader.read())) {
      answered = true;
      at += part.value.length;
      if (at > bytes) throw refuse(sink, bytes);
      if (at > sink.size) sink.write(part.value.subarray(part.value.length - (at - sink.size)));
      tell(sink.size);
    }
  } finally {
    signal.removeEventListener('abort', stop);
    // Stops the server from sending more.
    stop();
  }
  if (sink.size !== bytes) throw broken(sink.size, answered, bytes);
}

function broken(have: number, answered: boolean, bytes: number): EngineError {
  if (!answered)
    return new EngineError(
      'fetch-failed',
      said`The model could not be downloaded: its server cannot be reached. Try again once you are connected.`,
    );
  return new EngineError(
    'fetch-failed',
    said`The connection broke after ${memorySize(have)} of ${memorySize(bytes)} of the model, which are kept. Try again to download the rest.`,
  );
}

/** The bytes belong to another file. */
function refuse(sink: DownloadSink, bytes: number): EngineError {
  sink.restart();
  return otherLength(bytes);
}

function otherLength(bytes: number): EngineError {
  return new EngineError(
    'fetch-failed',
    said`The server has another model file: it is not ${bytes} bytes long as expected. Install Vectorscope again.`,
  );
}

/**
 * Offset of an answer in the file. A server without ranges sends the whole file. One on another origin may hide the
 * range, which then is the requested one.
 */
function startOf(answer: Response, asked: number): number {
  if (answer.status !== 206) return 0;
  const range = answer.headers.get('content-range');
  if (range === null) return asked;
  const start = Number(/^bytes (\d+)-/.exec(range)?.[1]);
  if (start === asked || start === 0) return start;
  throw new EngineError(
    'fetch-failed',
    said`The model could not be downloaded: the server sent ${range} instead of the bytes from ${asked} on. Try again later, or reload the window.`,
  );
}

/**
 * The length of the whole file according to an answer, or `null`. A compressed answer has another length, and a server
 * on another origin hides whether it is compressed.
 */
function lengthOf({ status, type, headers }: Response): number | null {
  const isPlain = status !== 206 && type !== 'cors' && !headers.has('content-encoding');
  const told = isPlain ? headers.get('content-length') : /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1];
  return told === null || told === undefined ? null : Number(told);
}
