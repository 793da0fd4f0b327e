import { said, type Said } from '../../shared/said';
import { sameBytes } from '../arrays/bytes';
import { stringOf, type Weights } from '../weights/weights';
import { byteCharacters, bytesOfSpelling, spellingOf } from './byteAlphabet';
import type { EncodingBuilder } from './encoding';
import type { KnownVocabulary } from './gpt2';
import type { BytePairs } from './mergeNeighbours';
import { readMerges } from './mergeTable';
import { PieceEncoder } from './pieces';
import { preTokenizer, type PreTokenizer } from './preTokenizers';
import { occursInContext } from './tokenizer';
import { kinds, ListTokenizer } from './tokenList';
import { neverInUtf8, textOfUtf8, utf8Of } from './utf8';

/** GPT-2's byte-level byte-pair encoding, from the metadata of a GGUF file. */
export class ByteLevelTokenizer extends ListTokenizer {
  readonly description: Said;
  readonly notices: readonly Said[];
  readonly #pieces: PieceEncoder;

  /** `known` replaces the file's merges. */
  constructor(weights: Weights, known?: KnownVocabulary) {
    const { cuts, wholePieces, addsFirst, notices } = readPreTokenizer(weights);
    super(weights, { addsFirst });
    this.description = known?.description ?? said`byte-level BPE`;
    this.notices = notices;
    // Only normal tokens are merged: plain text cannot produce a control token.
    const ids = this.idsOf(kinds.normal);
    const pairs = known?.pairs ?? readPairs(weights, ids);
    this.#pieces = new PieceEncoder(pairs, cuts, wholePieces ? (piece) => ids.get(spellingOf(piece)) ?? -1 : undefined);
  }

  bytesOf(id: number): Uint8Array {
    const spelling = this.spellingOf(id);
    return this.kindOf(id) === kinds.normal ? bytesOfSpelling(spelling) : utf8Of(spelling);
  }

  canOccur(id: number): boolean {
    const kind = this.kindOf(id);
    if (this.isSpecial(id) || kind === kinds.userDefined)
      return id === this.first || this.occursIn(this.spellingOf(id), id);
    if (kind !== kinds.normal) return false;
    const bytes = this.bytesOf(id);
    const text = textOfUtf8(bytes);
    if (!sameBytes(utf8Of(text), bytes)) return !bytes.some(neverInUtf8) && this.#pieces.mergesTo(bytes, id);
    return occursInContext(text, (context) => this.occursIn(context, id));
  }

  protected encodePart(encoding: EncodingBuilder, part: string, at: number): void {
    this.#pieces.encodeInto(encoding, part, at);
  }
}

/** An unknown pre-tokenizer is guessed, with a notice. */
function readPreTokenizer(weights: Weights): PreTokenizer & { readonly notices: readonly Said[] } {
  const key = 'tokenizer.ggml.pre';
  const name = weights.metadata.has(key) ? stringOf(weights, key) : '';
  const known = preTokenizer(name === '' ? 'default' : name);
  if (known && name !== '') return { ...known, notices: [] };
  const notice = known
    ? said`The model file does not name its pre-tokenizer, so texts are cut the way llama.cpp cuts them by default; tokens can differ from those that the model was trained with.`
    : said`The model's pre-tokenizer, ${name.slice(0, 40)}, is not known here, so texts are cut as for GPT-2; tokens can differ from those that the model was trained with.`;
  return { ...(known ?? (preTokenizer('gpt-2') as PreTokenizer)), notices: [notice] };
}

function readPairs(weights: Weights, ids: ReadonlyMap<string, number>): BytePairs {
  return {
    ...readMerges(weights, ids),
    ofByte: Int32Array.from(byteCharacters, (character) => ids.get(character) ?? -1),
  };
}
