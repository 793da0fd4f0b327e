import { badRequest } from '../../shared/errors';
import type { Encoding, EncodingBuilder } from './encoding';
import { mergeBytes, type BytePairs } from './mergeNeighbours';
import type { PieceCut } from './preTokenizers';
import { characterSpans, utf8Of } from './utf8';

/**
 * Cuts a text into pieces, the matches of a pattern and the parts between. Each further cut divides the pieces of the
 * one before. Throws `EngineError('bad-request')` if a piece would be longer than patterns can match.
 */
export function splitText(text: string, cuts: readonly PieceCut[]): string[] {
  try {
    return cuts.reduce(
      (pieces, cut) => pieces.flatMap((piece) => (typeof cut === 'function' ? cut(piece) : splitOnce(piece, cut))),
      [text],
    );
  } catch (error) {
    // Patterns return to every character of a match, for which the regular expressions of V8 have 64 MiB.
    if (error instanceof RangeError)
      throw badRequest`The text has millions of characters in a row without a break, too many to be cut into tokens. Break them with spaces or lines.`;
    throw error;
  }
}

function splitOnce(text: string, pattern: RegExp): string[] {
  const pieces: string[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > end) pieces.push(text.slice(end, match.index));
    pieces.push(match[0]);
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push(text.slice(end));
  return pieces;
}

const longestKept = 48;
const mostKept = 16_384;

/** Encodes well-formed text piece by piece and caches short pieces: words repeat. */
export class PieceEncoder {
  readonly #known = new Map<string, Encoding>();

  constructor(
    private readonly pairs: BytePairs,
    private readonly cuts: readonly PieceCut[],
    /** The token of a whole piece, which then skips the merges; −1 for none. */
    private readonly tokenOf: (piece: Uint8Array) => number = () => -1,
  ) {}

  /** Appends the tokens of `text`, which begins at `offset`. */
  encodeInto(encoding: EncodingBuilder, text: string, offset: number): void {
    let at = offset;
    for (const piece of splitText(text, this.cuts)) {
      encoding.beginPiece();
      encoding.append(this.#encodePiece(piece), at);
      at += piece.length;
    }
  }

  /** Whether these bytes alone become exactly this token. */
  mergesTo(bytes: Uint8Array, id: number): boolean {
    const { ids } = mergeBytes(bytes, this.pairs);
    return ids.length === 1 && ids[0] === id;
  }

  #encodePiece(piece: string): Encoding {
    const known = this.#known.get(piece);
    if (known) return known;
    const bytes = utf8Of(piece);
    const whole = this.tokenOf(bytes);
    const made =
      whole >= 0
        ? { ids: Uint32Array.of(whole), starts: Uint32Array.of(0), ends: Uint32Array.of(piece.length) }
        : encodeBytes(bytes, this.pairs);
    if (piece.length <= longestKept) {
      if (this.#known.size >= mostKept) this.#known.clear();
      this.#known.set(piece, made);
    }
    return made;
  }
}

function encodeBytes(bytes: Uint8Array, pairs: BytePairs): Encoding {
  const { ids, froms, tos } = mergeBytes(bytes, pairs);
  const spans = characterSpans(bytes);
  return {
    ids,
    starts: froms.map((from) => spans.starts[from] as number),
    ends: tos.map((to) => spans.ends[to - 1] as number),
  };
}
