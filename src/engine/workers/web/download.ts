import type { Signal } from '../../../shared/engine';
import { EngineError } from '../../../shared/errors';
import type { RemoteFile } from '../../../shared/webWorker';
import { stopIfAborted } from '../../tasks/pause';

/** Where bytes go as they come, in their order. */
export interface Sink {
  /** Bytes that are there already. */
  readonly size: number;
  /** Lets go of all bytes. */
  restart(): void;
  write(bytes: Uint8Array<ArrayBuffer>): void;
}

/**
 * Fetches what the sink lacks of a file. `tell` hears how many bytes are there. Rejects with
 * `EngineError('cancelled')`, or with `EngineError('fetch-failed')` where the server cannot be reached or does not send
 * the file, where the line broke, when what came stays in the sink, and where the server's file is of another length:
 * nothing of it stays there, and what was there before does where its answer says so at once.
 */
export async function download(
  { address, bytes }: RemoteFile,
  sink: Sink,
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
  /** How the line fails is told by a `TypeError` alone, whether it failed at once or in the middle. */
  const overLine = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      stopIfAborted(signal);
      throw error instanceof TypeError ? broken(sink.size, answered, bytes) : error;
    }
  };
  try {
    // What is kept here need not be kept by the browser a second time, and what was damaged must not come from there
    // again.
    const answer = await overLine(
      fetch(address, { headers: { Range: `bytes=${had}-` }, signal: abort.signal, cache: 'no-store' }),
    );
    if (answer.status === 416) throw refuse(sink, bytes);
    if (!answer.ok || !answer.body)
      throw new EngineError(
        'fetch-failed',
        `The model could not be fetched: the server answered with the status ${answer.status}. Try again later, or reload the window.`,
      );
    if ((lengthOf(answer) ?? bytes) !== bytes) throw otherLength(bytes);
    // A server that knows no ranges sends what is there once more, which is passed over: a line that breaks again takes
    // nothing away.
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
    // What is not wanted any more is not sent either.
    stop();
  }
  if (sink.size !== bytes) throw broken(sink.size, answered, bytes);
}

function broken(have: number, answered: boolean, bytes: number): EngineError {
  if (!answered)
    return new EngineError(
      'fetch-failed',
      'The model could not be fetched: its server was not reached. Try again once you are connected.',
    );
  return new EngineError(
    'fetch-failed',
    `The model was not fetched whole: the line broke after ${megabytes(have)} of ${megabytes(bytes)}, which are kept. Try again to fetch the rest.`,
  );
}

/** What came is not of the file. */
function refuse(sink: Sink, bytes: number): EngineError {
  sink.restart();
  return otherLength(bytes);
}

function otherLength(bytes: number): EngineError {
  return new EngineError(
    'fetch-failed',
    `The server has another model file: it is not ${bytes} bytes long, as was expected. Install Vectorscope again.`,
  );
}

/**
 * Where an answer begins in the file. A server that knows no ranges sends all of it from its beginning; one on another
 * origin may hide where a range begins, which then is where it was asked for.
 */
function startOf(answer: Response, asked: number): number {
  if (answer.status !== 206) return 0;
  const range = answer.headers.get('content-range');
  if (range === null) return asked;
  const start = Number(/^bytes (\d+)-/.exec(range)?.[1]);
  if (start === asked || start === 0) return start;
  throw new EngineError(
    'fetch-failed',
    `The model could not be fetched: the server sent ${range}, and bytes from ${asked} on were asked for. Try again later, or reload the window.`,
  );
}

/**
 * Bytes of all of a file as its answer tells them, null where it does not: what came compressed has another length, and
 * a server on another origin hides whether it did.
 */
function lengthOf({ status, type, headers }: Response): number | null {
  const isPlain = status !== 206 && type !== 'cors' && !headers.has('content-encoding');
  const told = isPlain ? headers.get('content-length') : /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1];
  return told === null || told === undefined ? null : Number(told);
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
