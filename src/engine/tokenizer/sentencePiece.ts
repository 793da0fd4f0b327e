import { said, type Said } from '../../shared/said';
import { booleanOr, numberOr, unexpected, type Weights } from '../weights/weights';
import type { Encoding, EncodingBuilder } from './encoding';
import { mergeNeighbours, type Pairs } from './mergeNeighbours';
import { readMerges } from './mergeTable';
import { splitText } from './pieces';
import { kinds, ListTokenizer, type TokenDefaults } from './tokenList';
import { neverInUtf8, utf8Of } from './utf8';

/** The character for a space in the vocabulary. */
const spaceMark = '\u2581';

/** Options for merging by rank. Lines and the runs of line ends between them then merge separately. */
export interface RankedMerging extends TokenDefaults {
  /** Whether a run of line ends that is a token is taken whole. */
  readonly wholeLineEnds: boolean;
}

const lines = /[^\n]+|\n+/gu;

/**
 * SentencePiece's byte-pair encoding by scores (Kudo and Richardson 2018, arXiv:1808.06226) as in llama.cpp, from a
 * GGUF file. A character without a token becomes its bytes. Space marks in the text are read as spaces.
 */
export class SentencePieceTokenizer extends ListTokenizer {
  readonly description: Said;
  readonly notices: readonly Said[] = [];
  readonly #merges: Pairs;
  /** The tokens that can be merged, by spelling. */
  readonly #ids: ReadonlyMap<string, number>;
  /** The token of each byte; −1 for none. */
  readonly #ofByte: Int32Array;
  readonly #unknown: readonly number[];
  /** Whether a space is added before a text and after special tokens. */
  readonly #prefix: boolean;

  /** With `ranked`, the file's list of merges decides, not the scores. */
  constructor(
    weights: Weights,
    private readonly ranked?: RankedMerging,
  ) {
    super(weights, ranked ?? { addsFirst: true, first: 1 });
    this.description = ranked ? said`BPE of characters and bytes` : said`SentencePiece BPE`;
    this.#prefix = !ranked && booleanOr(weights, 'tokenizer.ggml.add_space_prefix', true);
    this.#ids = this.idsOf(kinds.normal, kinds.userDefined);
    this.#merges = ranked
      ? readMerges(weights, this.#ids)
      : new ScoredMerges(this.spellings, this.#ids, scoresOf(weights, this.size));
    const bytes = this.idsOf(kinds.byte);
    this.#ofByte = Int32Array.from(byteSpellings, (spelling) => bytes.get(spelling) ?? -1);
    const unknown = numberOr(weights, 'tokenizer.ggml.unknown_token_id', 0);
    this.#unknown = !ranked && unknown in this.spellings ? [unknown] : [];
  }

  bytesOf(id: number): Uint8Array {
    const spelling = this.spellingOf(id);
    const kind = this.kindOf(id);
    const byte = kind === kinds.byte ? byteSpellings.indexOf(spelling) : -1;
    if (byte >= 0 && !hasCharacter(byte, this.#ids)) return Uint8Array.of(byte);
    return utf8Of(kind === kinds.normal || kind === kinds.userDefined ? spelling.replaceAll(spaceMark, ' ') : spelling);
  }

  canOccur(id: number): boolean {
    switch (this.kindOf(id)) {
      case kinds.byte: {
        const byte = this.#ofByte.indexOf(id);
        return byte >= 0 && !neverInUtf8(byte) && !hasCharacter(byte, this.#ids);
      }
      case kinds.normal: {
        const { ids } = this.#encodePiece(this.spellingOf(id));
        return ids.length === 1 && ids[0] === id;
      }
      case kinds.unused:
        return false;
      case kinds.unknown:
      case kinds.control:
      case kinds.userDefined:
        return id === this.first || this.occursIn(this.spellingOf(id), id);
    }
  }

  protected encodePart(encoding: EncodingBuilder, part: string, at: number): void {
    // A space and its mark have the same length, so offsets in the marked text differ from those in the part only by
    // the prefix.
    const marked = (this.#prefix ? spaceMark : '') + part.replaceAll(' ', spaceMark);
    let shift = at - (marked.length - part.length);
    for (const piece of splitText(marked, this.ranked ? [lines] : [])) {
      const { ids, starts, ends } = this.#encodePiece(piece);
      encoding.beginPiece();
      ids.forEach((id, i) => {
        const start = Math.max(at, shift + (starts[i] as number));
        const end = shift + (ends[i] as number);
        if (id < this.size) encoding.push(id, start, end);
        else for (const token of this.#fallback(id - this.size)) encoding.push(token, start, end);
      });
      shift += piece.length;
    }
  }

  /** Tokens with their UTF-16 ranges. A character without a token is `size` + its code point. */
  #encodePiece(marked: string): Encoding {
    const whole = this.ranked?.wholeLineEnds && /^\n+$/.test(marked) ? this.#ids.get(marked) : undefined;
    if (whole !== undefined)
      return { ids: Uint32Array.of(whole), starts: Uint32Array.of(0), ends: Uint32Array.of(marked.length) };
    const characters = Array.from(marked);
    const offsets = new Uint32Array(characters.length + 1);
    characters.forEach(({ length }, i) => (offsets[i + 1] = (offsets[i] as number) + length));
    const symbols = characters.map(
      (character) => this.#ids.get(character) ?? this.size + (character.codePointAt(0) as number),
    );
    const { ids, froms, tos } = mergeNeighbours(symbols, this.#merges);
    return { ids, starts: froms.map((from) => offsets[from] as number), ends: tos.map((to) => offsets[to] as number) };
  }

  /** The byte tokens of a character. If a byte has none, the unknown token or nothing. */
  #fallback(codePoint: number): readonly number[] {
    const tokens = Array.from(utf8Of(String.fromCodePoint(codePoint)), (byte) => this.#ofByte[byte] as number);
    if (this.ranked) return tokens.filter((token) => token >= 0);
    return tokens.every((token) => token >= 0) ? tokens : this.#unknown;
  }
}

export const byteSpellings: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
);

/** Whether a byte is a character with a token of its own, by spelling: texts become that one. */
export const hasCharacter = (byte: number, ids: ReadonlyMap<string, number>): boolean =>
  byte < 0x80 && ids.has(byte === 0x20 ? spaceMark : String.fromCharCode(byte));

/** The score of every token, all equal if the file has none. */
function scoresOf(weights: Weights, count: number): ArrayLike<number> {
  const scores = weights.metadata.get('tokenizer.ggml.scores');
  if (scores === undefined) return new Float32Array(count);
  if (
    !(scores instanceof Float32Array || scores instanceof Int32Array) ||
    scores.length !== count ||
    scores.some(Number.isNaN)
  ) {
    throw unexpected('tokenizer.ggml.scores', scores, `number[${count}]`);
  }
  return scores;
}

/** The place of every score among the different ones in `falling`; −1 if it is not there. */
function ranksOf(scores: ArrayLike<number>, count: number, falling: Float64Array): Int32Array {
  const ranks = new Map<number, number>();
  for (const score of falling) if (!ranks.has(score)) ranks.set(score, ranks.size);
  const all = new Int32Array(count);
  for (let id = 0; id < count; id++) all[id] = ranks.get(scores[id] as number) ?? -1;
  return all;
}

/**
 * Merges of a SentencePiece vocabulary: two neighbours merge if their joined text is a token, the highest score first.
 * A symbol is a token's id or, for a character without a token, `size` + its code point.
 */
class ScoredMerges implements Pairs {
  readonly #ranks: Int32Array;
  readonly #spellings: readonly string[];
  readonly #longest: number;

  /** `ids` are the tokens that can be merged, `scores` those of all tokens. */
  constructor(
    spellings: readonly string[],
    private readonly ids: ReadonlyMap<string, number>,
    scores: ArrayLike<number>,
  ) {
    this.#spellings = spellings;
    const falling = new Float64Array(ids.size);
    let at = 0;
    let longest = 0;
    for (const [{ length }, id] of ids) {
      falling[at++] = scores[id] as number;
      longest = Math.max(longest, length);
    }
    this.#longest = longest;
    this.#ranks = ranksOf(scores, spellings.length, falling.sort().reverse());
  }

  rankOf(left: number, right: number): number {
    const merged = this.#together(left, right);
    return merged === undefined ? -1 : (this.#ranks[merged] as number);
  }

  mergedOf(_rank: number, left: number, right: number): number {
    return this.#together(left, right) as number;
  }

  #together(left: number, right: number): number | undefined {
    const [before, after] = [this.#spelling(left), this.#spelling(right)];
    return before.length + after.length > this.#longest ? undefined : this.ids.get(before + after);
  }

  #spelling(symbol: number): string {
    const size = this.#spellings.length;
    return symbol < size ? (this.#spellings[symbol] as string) : String.fromCodePoint(symbol - size);
  }
}
