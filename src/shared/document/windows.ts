import type { DocumentTokens } from './document';

/** Tokens of a window, as is usual for perplexity; fewer where the model reads fewer. */
export const usualWindow = 512;
/** The least number of tokens in a window. */
export const leastWindow = 4;

/** A part of a document that is run at once. Indices of tokens. */
export interface DocumentWindow {
  /** Where the window begins; the tokens that the model adds stand before it. */
  readonly start: number;
  /** Where its measures begin. The tokens between `start` and here are only read. */
  readonly from: number;
  /** Where it ends, excluded. */
  readonly to: number;
}

/**
 * Windows of `length` tokens over a document. All of the first one is measured, and of each later one the second half:
 * so every token beyond the first window is predicted from at least half a window of text.
 */
export function windowsOf({ ids, added }: Pick<DocumentTokens, 'ids' | 'added'>, length: number): DocumentWindow[] {
  const half = Math.floor((length - added) / 2);
  const windows: DocumentWindow[] = [{ start: added, from: added, to: Math.min(length, ids.length) }];
  for (;;) {
    const from = windows.at(-1)?.to ?? 0;
    if (from >= ids.length) return windows;
    windows.push({ start: from - (length - added - half), from, to: Math.min(from + half, ids.length) });
  }
}

/** The ids that are run for a window, with those that the model adds before it. */
export function windowIds(
  { ids, added }: Pick<DocumentTokens, 'ids' | 'added'>,
  { start, to }: DocumentWindow,
): Int32Array {
  const read = new Int32Array(added + to - start);
  read.set(ids.subarray(0, added));
  read.set(ids.subarray(start, to), added);
  return read;
}
