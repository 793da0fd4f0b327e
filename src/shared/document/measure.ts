import { isCancelled } from '../errors';
import type { Signal } from '../signal';
import { wait } from '../timers';
import type { NamedToken } from '../tokens';
import type { DocumentTokens, MeasuredDocument, WindowMeasures, WindowRequest } from './document';
import { leastWindow, usualWindow, windowIds, windowsOf, type DocumentWindow } from './windows';

/** Tokens that are measured at once. The first ones come soon, and others can run in between. */
const pieceLength = 64;
/** Windows that are taken over in one go. A long document has thousands, and its thread has other work. */
const mostAtOnce = 32;
/** How often a piece that the runs of other texts cancelled is run again. */
const mostCancels = 1000;

export interface DocumentRequest {
  readonly text: string;
  /** Reads special tokens that are spelled in the text as plain text. */
  readonly plain?: boolean;
  /** Tokens of a window; `usualWindow` if absent, and never more than the model reads. */
  readonly window?: number;
}

interface DocumentControl {
  readonly signal?: Signal;
  /** What is known of an earlier state of the document. Windows that read as they did are not run again. */
  readonly before?: MeasuredDocument | null;
}

type Expected = WindowMeasures['expected'][number];

/** The calls of the engine that it needs. The type of the engine is made of what stands in this folder. */
interface Documents {
  documentTokens(
    request: Pick<DocumentRequest, 'text' | 'plain'>,
    control?: Pick<DocumentControl, 'signal'>,
  ): Promise<DocumentTokens>;
  measureWindow(request: WindowRequest, control?: Pick<DocumentControl, 'signal'>): Promise<WindowMeasures>;
}

/**
 * Measures a document window by window, and yields all that is known after each piece: at first the tokens alone. The
 * arrays are the same ones every time, filled as far as `measured`. An aborted signal rejects with `cancelled`; runs of
 * others come first.
 */
export async function* measureDocument(
  engine: Documents,
  { text, plain = false, window: wanted = usualWindow }: DocumentRequest,
  { signal, before = null }: DocumentControl = {},
): AsyncGenerator<MeasuredDocument> {
  const control = signal ? { signal } : {};
  const tokens = await engine.documentTokens({ text, plain }, control);
  const { length } = tokens.ids;
  const window = Math.max(leastWindow, Math.min(wanted, tokens.contextLength));
  const found = {
    surprisal: new Float64Array(length).fill(NaN),
    entropy: new Float64Array(length).fill(NaN),
    expected: new Array<Expected>(length).fill([]),
  };
  const known = (measured: number): MeasuredDocument => ({ tokens, window, measured, ...found });
  const names = new Map<number, NamedToken>();
  /** Shares one object for each token of the vocabulary. Three for every place would take most of the memory. */
  const named = (likely: Expected): Expected =>
    likely.map(({ token, probability }) => {
      const known = names.get(token.id) ?? token;
      names.set(token.id, known);
      return { token: known, probability };
    });
  yield known(0);
  let takenOver = 0;
  for (const one of windowsOf(tokens, window)) {
    // What the model adds is measured with the first window, though nothing predicts it.
    const first = one.from === tokens.added ? 0 : one.from;
    if (before && isKnown(before, { tokens, window }, one)) {
      put(found, before, first, first, one.to);
      yield known(one.to);
      if (++takenOver % mostAtOnce === 0) await wait(0);
      continue;
    }
    const ids = windowIds(tokens, one);
    /** From a place in the window to one in the document. */
    const moved = one.start - tokens.added;
    for (let at = first - moved; at < ids.length;) {
      const end = Math.min(at + pieceLength, ids.length);
      const request = { ids: ids.slice(0, end), from: at };
      const measures = await givingWay(() => engine.measureWindow(request, control), signal);
      put(found, { ...measures, expected: measures.expected.map(named) }, 0, at + moved, end + moved);
      at = end;
      yield known(at + moved);
    }
  }
}

/**
 * Whether a window was measured before, as far as it reaches now, and reads as it did then. Windows begin at the same
 * tokens in every document, and measures depend on nothing that comes after.
 */
function isKnown(
  before: MeasuredDocument,
  { tokens, window }: Pick<MeasuredDocument, 'tokens' | 'window'>,
  { start, to }: DocumentWindow,
): boolean {
  return (
    before.window === window &&
    before.tokens.added === tokens.added &&
    to <= before.measured &&
    tokens.ids.subarray(start, to).every((id, i) => id === before.tokens.ids[start + i])
  );
}

/** Copies measures from `at` on to the places from `from` to `to`. */
function put(
  into: Pick<WindowMeasures, 'surprisal' | 'entropy'> & { readonly expected: Expected[] },
  { surprisal, entropy, expected }: WindowMeasures,
  at: number,
  from: number,
  to: number,
): void {
  const end = at + to - from;
  into.surprisal.set(surprisal.subarray(at, end), from);
  into.entropy.set(entropy.subarray(at, end), from);
  for (let i = from; i < to; i++) into.expected[i] = expected[at + i - from] ?? [];
}

/** Repeats work that was cancelled by the run of another text. */
async function givingWay<T>(work: () => Promise<T>, signal: Signal | undefined): Promise<T> {
  for (let cancels = 0; ; cancels++) {
    try {
      return await work();
    } catch (error) {
      if (!isCancelled(error) || signal?.aborted || cancels === mostCancels) throw error;
    }
  }
}
