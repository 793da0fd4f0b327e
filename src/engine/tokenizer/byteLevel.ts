import { EngineError } from '../../shared/errors';
import { booleanOr, numberOf, stringOf, stringsOf, type Weights } from '../weights/weights';
import { byteCharacters, bytesOfSpelling } from './byteAlphabet';
import { EncodingBuilder, type Encoding } from './encoding';
import { MergeTable } from './mergeTable';
import type { BytePairs } from './mergeBytes';
import { PieceEncoder } from './pieces';
import { preTokenizer } from './preTokenizers';
import { SpecialTokens } from './specialTokens';
import type { Tokenizer } from './tokenizer';
import { textOfUtf8, utf8Of, wellFormed } from './utf8';

/** Kinds of tokens by their number in the file. */
const normal = 1;
const unknown = 2;
const control = 3;
const userDefined = 4;
const lastKind = 6;

/** Ranks share a number with places: see mergeBytes. */
const mostMerges = 2 ** 21;

/** Byte-level byte-pair encoding, as GPT-2 has it, from the metadata of a GGUF file. */
export class ByteLevelTokenizer implements Tokenizer {
  readonly description = 'byte-level BPE';
  readonly #spellings: readonly string[];
  readonly #kinds: ArrayLike<number>;
  readonly #pieces: PieceEncoder;
  /** Cut out of every text. */
  readonly #userDefined: SpecialTokens;
  /** Cut out of a text that is not plain: control tokens and the user-defined. */
  readonly #all: SpecialTokens;
  readonly #first: number | undefined;

  constructor(weights: Weights) {
    const spellings = stringsOf(weights, 'tokenizer.ggml.tokens');
    const kinds = kindsOf(weights, spellings.length);
    this.#spellings = spellings;
    this.#kinds = kinds;
    this.#pieces = new PieceEncoder(readPairs(spellings, kinds, stringsOf(weights, 'tokenizer.ggml.merges')), preTokenizer(stringOf(weights, 'tokenizer.ggml.pre')));
    this.#userDefined = new SpecialTokens(ofKinds(spellings, kinds, [userDefined]));
    this.#all = new SpecialTokens(ofKinds(spellings, kinds, [control, unknown, userDefined]));
    this.#first = booleanOr(weights, 'tokenizer.ggml.add_bos_token', false) ? firstTokenOf(weights, spellings.length) : undefined;
  }

  get size(): number {
    return this.#spellings.length;
  }

  bytesOf(id: number): Uint8Array {
    const spelling = this.#spellings[this.#checkId(id)] as string;
    return this.#kinds[id] === normal ? bytesOfSpelling(spelling) : utf8Of(spelling);
  }

  textOf(id: number): string {
    return textOfUtf8(this.bytesOf(id));
  }

  isSpecial(id: number): boolean {
    const kind = this.#kinds[this.#checkId(id)];
    return kind === control || kind === unknown;
  }

  canOccur(id: number): boolean {
    const kind = this.#kinds[this.#checkId(id)];
    if (kind === control || kind === unknown || kind === userDefined) return id === this.#first || this.#holds(this.#spellings[id] as string, id);
    if (kind !== normal) return false;
    const bytes = this.bytesOf(id);
    const text = textOfUtf8(bytes);
    if (Buffer.compare(utf8Of(text), bytes) !== 0) return !bytes.some(neverInUtf8) && this.#pieces.mergesTo(bytes, id);
    // Where a run of spaces or a word ends depends on what stands beside it.
    return [text, `${text}a`, `a${text}`, ` ${text}`, `${text} `, `a${text}a`].some((context) => this.#holds(context, id));
  }

  #holds(text: string, id: number): boolean {
    return this.encode(text, { plain: false }).ids.includes(id);
  }

  encode(text: string, { plain }: { readonly plain: boolean }): Encoding {
    const encoding = new EncodingBuilder();
    if (this.#first !== undefined) encoding.push(this.#first, 0, 0);
    let at = 0;
    for (const { id, text: part } of (plain ? this.#userDefined : this.#all).cut(wellFormed(text))) {
      if (id >= 0) encoding.push(id, at, at + part.length);
      else this.#pieces.encodeInto(encoding, part, at);
      at += part.length;
    }
    return encoding.build();
  }

  #checkId(id: number): number {
    if (id in this.#spellings) return id;
    throw new EngineError('bad-request', `There is no token ${id}; the vocabulary has the tokens 0 to ${this.#spellings.length - 1}.`);
  }
}

/** Bytes that begin no character (RFC 3629). */
const neverInUtf8 = (byte: number): boolean => byte === 0xc0 || byte === 0xc1 || byte > 0xf4;

function firstTokenOf(weights: Weights, count: number): number {
  const id = numberOf(weights, 'tokenizer.ggml.bos_token_id');
  if (Number.isInteger(id) && id >= 0 && id < count) return id;
  throw new EngineError('model-damaged', `The model's texts begin with its first token ${id}, but its vocabulary has the tokens 0 to ${count - 1}. Copy the file again or choose another model.`);
}

/** Every token's kind; a file without kinds has normal tokens only. */
function kindsOf(weights: Weights, count: number): ArrayLike<number> {
  const kinds = weights.metadata.get('tokenizer.ggml.token_type');
  if (kinds === undefined) return new Int32Array(count).fill(normal);
  if (!(kinds instanceof Int32Array || kinds instanceof Uint32Array) || kinds.length !== count || kinds.some((kind) => kind < normal || kind > lastKind)) {
    throw new EngineError('model-damaged', `The model file's key tokenizer.ggml.token_type does not give each of the ${count} tokens a type from ${normal} to ${lastKind}. Copy the file again or choose another model.`);
  }
  return kinds;
}

function ofKinds(spellings: readonly string[], kinds: ArrayLike<number>, wanted: readonly number[]): [spelling: string, id: number][] {
  const found: [string, number][] = [];
  spellings.forEach((spelling, id) => {
    if (kinds[id] !== normal && wanted.includes(kinds[id] as number)) found.push([spelling, id]);
  });
  return found;
}

/** Only normal tokens take part: a control token cannot be put together from plain text. */
function readPairs(spellings: readonly string[], kinds: ArrayLike<number>, merges: readonly string[]): BytePairs {
  if (merges.length >= mostMerges) throw new EngineError('model-unsupported', `The model has ${merges.length} merges; fewer than ${mostMerges} can be used. Choose another model.`);
  const ids = new Map<string, number>();
  spellings.forEach((spelling, id) => {
    if (kinds[id] === normal && !ids.has(spelling)) ids.set(spelling, id);
  });
  const table = new MergeTable(merges.length);
  const results = new Int32Array(merges.length);
  merges.forEach((merge, rank) => {
    const space = merge.indexOf(' ');
    const left = merge.slice(0, space);
    const right = merge.slice(space + 1);
    const [leftId, rightId, result] = [ids.get(left), ids.get(right), ids.get(left + right)];
    if (leftId === undefined || rightId === undefined || result === undefined) {
      throw new EngineError('model-damaged', `Merge ${rank + 1} of the model's tokenizer names a token that is not in its vocabulary. Copy the file again or choose another model.`);
    }
    table.add(leftId, rightId, rank);
    results[rank] = result;
  });
  return {
    ofByte: Int32Array.from(byteCharacters, (character) => ids.get(character) ?? -1),
    rankOf: (left, right) => table.rankOf(left, right),
    mergedOf: (rank) => results[rank] as number,
  };
}
