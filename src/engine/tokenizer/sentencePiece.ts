import { EngineError } from '../../shared/errors';
import { booleanOr, numberOr, type Weights } from '../weights/weights';
import type { Encoding, EncodingBuilder } from './encoding';
import { readMerges } from './fileMerges';
import { mergeNeighbours, type Pairs } from './mergeNeighbours';
import { splitText } from './pieces';
import { ScoredMerges } from './scoredMerges';
import { kinds, TokenList, type Assumed } from './tokenList';
import type { Tokenizer } from './tokenizer';
import { neverInUtf8, textOfUtf8, utf8Of } from './utf8';

/** Stands for a space in the vocabulary. */
const spaceMark = '\u2581';

/** What goes with merges by rank; lines, and the runs of line ends between them, are then merged apart. */
export interface RankedMerging extends Assumed {
  /** Whether a run of line ends that is a token is taken as it is. */
  readonly wholeLineEnds: boolean;
}

const lines = /[^\n]+|\n+/gu;

/**
 * SentencePiece's byte-pair encoding by scores (Kudo and Richardson 2018, arXiv:1808.06226), as llama.cpp reads it from
 * a GGUF file: a character without a token becomes its bytes. Written space marks are read as spaces.
 */
export class SentencePieceTokenizer implements Tokenizer {
  readonly description: string;
  readonly notices: readonly string[] = [];
  readonly #tokens: TokenList;
  readonly #merges: Pairs;
  /** Token of each character that is one. */
  readonly #ids: ReadonlyMap<string, number>;
  /** Token of each byte; −1 where there is none. */
  readonly #ofByte: Int32Array;
  /** The unknown token, where there is one. */
  readonly #unknown: readonly number[];
  /** Whether a space is put before a text and after special tokens. */
  readonly #prefix: boolean;

  /** `ranked` where neighbours are merged by the file's list of merges, not by the scores of what they make. */
  constructor(
    weights: Weights,
    private readonly ranked?: RankedMerging,
  ) {
    this.description = ranked ? 'BPE of characters and bytes' : 'SentencePiece BPE';
    this.#tokens = new TokenList(weights, ranked ?? { addsFirst: true, first: 1 });
    this.#prefix = !ranked && booleanOr(weights, 'tokenizer.ggml.add_space_prefix', true);
    this.#ids = this.#tokens.idsOf(kinds.normal, kinds.userDefined);
    this.#merges = ranked
      ? readMerges(weights, this.#ids)
      : new ScoredMerges(this.#tokens.spellings, this.#ids, scoresOf(weights, this.size));
    const bytes = this.#tokens.idsOf(kinds.byte);
    this.#ofByte = Int32Array.from(byteSpellings, (spelling) => bytes.get(spelling) ?? -1);
    const unknown = numberOr(weights, 'tokenizer.ggml.unknown_token_id', 0);
    this.#unknown = !ranked && unknown in this.#tokens.spellings ? [unknown] : [];
  }

  get size(): number {
    return this.#tokens.size;
  }

  get first(): number | undefined {
    return this.#tokens.first;
  }

  bytesOf(id: number): Uint8Array {
    const spelling = this.#tokens.spellingOf(id);
    const kind = this.#tokens.kindOf(id);
    const byte = kind === kinds.byte ? byteSpellings.indexOf(spelling) : -1;
    if (byte >= 0) return Uint8Array.of(byte);
    return utf8Of(kind === kinds.normal || kind === kinds.userDefined ? spelling.replaceAll(spaceMark, ' ') : spelling);
  }

  textOf(id: number): string {
    return textOfUtf8(this.bytesOf(id));
  }

  isSpecial(id: number): boolean {
    return this.#tokens.isSpecial(id);
  }

  canOccur(id: number): boolean {
    switch (this.#tokens.kindOf(id)) {
      case kinds.byte: {
        const [byte = 0] = this.bytesOf(id);
        return (
          this.#ofByte[byte] === id && !neverInUtf8(byte) && (byte >= 0x80 || !this.#ids.has(String.fromCharCode(byte)))
        );
      }
      case kinds.normal: {
        const { ids } = this.#encodePiece(this.#tokens.spellingOf(id));
        return ids.length === 1 && ids[0] === id;
      }
      case kinds.unused:
        return false;
      case kinds.unknown:
      case kinds.control:
      case kinds.userDefined:
        return id === this.first || this.encode(this.#tokens.spellingOf(id), { plain: false }).ids.includes(id);
    }
  }

  encode(text: string, { plain }: { readonly plain: boolean }): Encoding {
    return this.#tokens.encode(text, plain, (encoding, part, at) => this.#encodePart(encoding, part, at));
  }

  #encodePart(encoding: EncodingBuilder, part: string, at: number): void {
    // A space and its mark have the same length, so places in the marked text are places in the part, but for the
    // prefix.
    const marked = (this.#prefix ? spaceMark : '') + part.replaceAll(' ', spaceMark);
    let shift = at - (marked.length - part.length);
    for (const piece of splitText(marked, this.ranked ? [lines] : [])) {
      const { ids, starts, ends } = this.#encodePiece(piece);
      ids.forEach((id, i) => {
        const start = Math.max(at, shift + (starts[i] as number));
        const end = shift + (ends[i] as number);
        if (id < this.size) encoding.push(id, start, end);
        else for (const token of this.#fallback(id - this.size)) encoding.push(token, start, end);
      });
      shift += piece.length;
    }
  }

  /** Tokens, and for a character that is none `size` + its code point, with their UTF-16 ranges. */
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

  /** A character as the tokens of its bytes; as the unknown token where a byte has none, or without it. */
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

/** Every token's score; a file without scores gives all the same. */
function scoresOf(weights: Weights, count: number): ArrayLike<number> {
  const scores = weights.metadata.get('tokenizer.ggml.scores');
  if (scores === undefined) return new Float32Array(count);
  if (
    !(scores instanceof Float32Array || scores instanceof Int32Array) ||
    scores.length !== count ||
    scores.some(Number.isNaN)
  ) {
    throw new EngineError(
      'model-damaged',
      `The model file's key tokenizer.ggml.scores does not give each of the ${count} tokens a score. Copy the file again or choose another model.`,
    );
  }
  return scores;
}
