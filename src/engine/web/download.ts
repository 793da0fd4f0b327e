import type { Signal } from '../../shared/engine';
import { EngineError } from '../../shared/errors';
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
 * Fetches what the sink lacks of a file. `tell` hears the share that is there, 0 … 1. Rejects with `EngineError('cancelled')`, or
 * `EngineError('model-missing')` where the server has no such file or the line broke; what came by then stays in the sink.
 */
export async function download(address: string, sink: Sink, signal: Signal, tell: (fraction: number) => void): Promise<void> {
  const abort = new AbortController();
  const stop = () => abort.abort();
  signal.addEventListener('abort', stop);
  try {
    const answer = await fetch(address, { headers: { Range: `bytes=${sink.size}-` }, signal: abort.signal });
    const { start, total } = rangeOf(answer);
    // Nothing lies behind the end: all of it is there.
    if (answer.status === 416 && total === sink.size) return;
    if (!answer.ok || !answer.body) throw new EngineError('model-missing', `The model could not be fetched: the server answered with the status ${answer.status}. Reload the window, or try again later.`);
    if (start !== sink.size) sink.restart();
    const reader = answer.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      sink.write(part.value);
      if (total !== null) tell(sink.size / total);
    }
    if (total !== null && sink.size !== total) throw broken(sink.size, total);
  } catch (error) {
    stopIfAborted(signal);
    throw error instanceof TypeError ? broken(sink.size, null) : error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

const broken = (have: number, total: number | null) =>
  new EngineError('model-missing', `The model was not fetched whole: the line broke after ${Math.round(have / 1e6)} MB${total === null ? '' : ` of ${Math.round(total / 1e6)} MB`}. Try again; it goes on from there.`);

/** A server that knows no ranges sends all of the file from its beginning. */
function rangeOf(answer: Response): { readonly start: number; readonly total: number | null } {
  const [, start, total] = /^bytes (?:(\d+)-\d+|\*)\/(\d+)$/.exec(answer.headers.get('content-range') ?? '') ?? [];
  return { start: start === undefined ? 0 : Number(start), total: total === undefined ? null : Number(total) };
}
