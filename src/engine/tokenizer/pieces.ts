import type { Encoding, EncodingBuilder } from './encoding';
import { mergeBytes, type BytePairs } from './mergeBytes';
import { characterSpans, utf8Of } from './utf8';

/** Cuts a text into the pieces that a pattern matches; what lies between matches is a piece too. The pattern is global. */
export function splitText(text: string, pattern: RegExp): string[] {
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

/** Encodes well-formed text piece by piece and remembers short pieces: words come again. */
export class PieceEncoder {
  readonly #known = new Map<string, Encoding>();

  constructor(
    private readonly pairs: BytePairs,
    private readonly pattern: RegExp,
  ) {}

  /** Adds the tokens of `text`, which begins `offset` units into the whole. */
  encodeInto(encoding: EncodingBuilder, text: string, offset: number): void {
    let at = offset;
    for (const piece of splitText(text, this.pattern)) {
      encoding.append(this.#encodePiece(piece), at);
      at += piece.length;
    }
  }

  /** Whether these bytes, as a piece of their own, are this one token. */
  mergesTo(bytes: Uint8Array, id: number): boolean {
    const { ids } = mergeBytes(bytes, this.pairs);
    return ids.length === 1 && ids[0] === id;
  }

  #encodePiece(piece: string): Encoding {
    const known = this.#known.get(piece);
    if (known) return known;
    const made = encodePiece(piece, this.pairs);
    if (piece.length <= longestKept) {
      if (this.#known.size >= mostKept) this.#known.clear();
      this.#known.set(piece, made);
    }
    return made;
  }
}

function encodePiece(piece: string, pairs: BytePairs): Encoding {
  const bytes = utf8Of(piece);
  const { ids, froms, tos } = mergeBytes(bytes, pairs);
  const spans = characterSpans(bytes);
  return { ids, starts: froms.map((from) => spans.starts[from] as number), ends: tos.map((to) => spans.ends[to - 1] as number) };
}
