import { sameBytes } from '../arrays/bytes';
import { stringOf, type Weights } from '../weights/weights';
import { byteCharacters, bytesOfSpelling, spellingOf } from './byteAlphabet';
import type { Encoding } from './encoding';
import type { KnownVocabulary } from './gpt2';
import type { BytePairs } from './mergeNeighbours';
import { readMerges } from './mergeTable';
import { PieceEncoder } from './pieces';
import { preTokenizer, type PreTokenizer } from './preTokenizers';
import type { Tokenizer } from './tokenizer';
import { kinds, TokenList } from './tokenList';
import { neverInUtf8, textOfUtf8, utf8Of } from './utf8';

/** GPT-2's byte-level byte-pair encoding, from the metadata of a GGUF file. */
export class ByteLevelTokenizer implements Tokenizer {
  readonly description: string;
  readonly notices: readonly string[];
  readonly #tokens: TokenList;
  readonly #pieces: PieceEncoder;

  /** `known` replaces the file's merges. */
  constructor(weights: Weights, known?: KnownVocabulary) {
    this.description = known?.description ?? 'byte-level BPE';
    const { cuts, wholePieces, addsFirst, notices } = readPreTokenizer(weights);
    this.notices = notices;
    this.#tokens = new TokenList(weights, { addsFirst });
    // Only normal tokens are merged: plain text cannot produce a control token.
    const ids = this.#tokens.idsOf(kinds.normal);
    const pairs = known?.pairs ?? readPairs(weights, ids);
    this.#pieces = new PieceEncoder(pairs, cuts, wholePieces ? (piece) => ids.get(spellingOf(piece)) ?? -1 : undefined);
  }

  get size(): number {
    return this.#tokens.size;
  }

  get first(): number | undefined {
    return this.#tokens.first;
  }

  bytesOf(id: number): Uint8Array {
    const spelling = this.#tokens.spellingOf(id);
    return this.#tokens.kindOf(id) === kinds.normal ? bytesOfSpelling(spelling) : utf8Of(spelling);
  }

  textOf(id: number): string {
    return textOfUtf8(this.bytesOf(id));
  }

  isSpecial(id: number): boolean {
    return this.#tokens.isSpecial(id);
  }

  canOccur(id: number): boolean {
    const kind = this.#tokens.kindOf(id);
    if (this.isSpecial(id) || kind === kinds.userDefined)
      return id === this.first || this.#holds(this.#tokens.spellingOf(id), id);
    if (kind !== kinds.normal) return false;
    const bytes = this.bytesOf(id);
    const text = textOfUtf8(bytes);
    if (!sameBytes(utf8Of(text), bytes)) return !bytes.some(neverInUtf8) && this.#pieces.mergesTo(bytes, id);
    // The neighbours decide where a run of spaces or a word ends.
    return [text, `${text}a`, `a${text}`, ` ${text}`, `${text} `, `a${text}a`].some((context) =>
      this.#holds(context, id),
    );
  }

  #holds(text: string, id: number): boolean {
    return this.encode(text, { plain: false }).ids.includes(id);
  }

  encode(text: string, { plain }: { readonly plain: boolean }): Encoding {
    return this.#tokens.encode(text, plain, (encoding, part, at) => this.#pieces.encodeInto(encoding, part, at));
  }
}

/** An unknown pre-tokenizer is guessed, with a notice. */
function readPreTokenizer(weights: Weights): PreTokenizer & { readonly notices: readonly string[] } {
  const key = 'tokenizer.ggml.pre';
  const name = weights.metadata.has(key) ? stringOf(weights, key) : '';
  const known = preTokenizer(name === '' ? 'default' : name);
  if (known && name !== '') return { ...known, notices: [] };
  const notice = known
    ? 'The model file does not name its pre-tokenizer, so texts are cut in the way that llama.cpp takes for granted; tokens can differ from those that the model was trained with.'
    : `The model's pre-tokenizer, ${name.slice(0, 40)}, is not known here, so texts are cut as for GPT-2; tokens can differ from those that the model was trained with.`;
  return { ...(known ?? (preTokenizer('gpt-2') as PreTokenizer)), notices: [notice] };
}

function readPairs(weights: Weights, ids: ReadonlyMap<string, number>): BytePairs {
  return {
    ...readMerges(weights, ids),
    ofByte: Int32Array.from(byteCharacters, (character) => ids.get(character) ?? -1),
  };
}
