import type { Said } from '../../shared/said';
import { wrongField } from '../weights/damaged';
import { booleanOr, keyNumber, numberOr, stringsOf, unexpected, type Weights } from '../weights/weights';
import { EncodingBuilder, type Encoding } from './encoding';
import { SpecialTokens } from './specialTokens';
import { noToken, type Tokenizer } from './tokenizer';
import { checkLengths } from './tokenLength';
import { textOfUtf8, wellFormed } from './utf8';

/** Kinds of tokens by their number in a GGUF file. */
export const kinds = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

type Kind = (typeof kinds)[keyof typeof kinds];

export interface TokenDefaults {
  /** Whether texts begin with the first token. `always` overrides the file. */
  readonly addsFirst: boolean | 'always';
  readonly first?: number;
}

/** A tokenizer from the list of tokens in a GGUF file. It knows the first token and the special ones. */
export abstract class ListTokenizer implements Tokenizer {
  abstract readonly description: Said;
  abstract readonly notices: readonly Said[];
  protected readonly spellings: readonly string[];
  /** The token before every text, if any. */
  readonly first: number | undefined;
  readonly #kinds: ArrayLike<number>;
  /** Those that were asked for: an inspection names the same tokens in many lists. */
  readonly #texts = new Map<number, string>();
  /** Special even in plain text. */
  readonly #userDefined: SpecialTokens;
  /** Special in other texts: control tokens and the user-defined ones. */
  readonly #all: SpecialTokens;

  constructor(weights: Weights, defaults: TokenDefaults) {
    this.spellings = stringsOf(weights, 'tokenizer.ggml.tokens');
    checkLengths(this.spellings);
    this.#kinds = kindsOf(weights, this.spellings.length);
    const addsFirst =
      defaults.addsFirst === 'always' || booleanOr(weights, 'tokenizer.ggml.add_bos_token', defaults.addsFirst);
    this.first = addsFirst ? firstOf(weights, defaults.first, this.spellings.length) : undefined;
    const all = this.#ofKinds(kinds.control, kinds.unknown, kinds.userDefined);
    const swallowing = new Set(
      swallowsSpace(weights) ? all.filter(([spelling]) => !neverSwallowing.has(spelling)).map(([, id]) => id) : [],
    );
    this.#all = new SpecialTokens(all, swallowing);
    this.#userDefined = new SpecialTokens(this.#ofKinds(kinds.userDefined), swallowing);
  }

  get size(): number {
    return this.spellings.length;
  }

  protected kindOf(id: number): Kind {
    return this.#kinds[this.#check(id)] as Kind;
  }

  protected spellingOf(id: number): string {
    return this.spellings[this.#check(id)] as string;
  }

  isSpecial(id: number): boolean {
    const kind = this.kindOf(id);
    return kind === kinds.control || kind === kinds.unknown;
  }

  standsIn(id: number): boolean {
    const kind = this.kindOf(id);
    return kind === kinds.unknown || kind === kinds.byte || kind === kinds.unused;
  }

  /** Ids of these kinds by spelling; the first of equal spellings. */
  protected idsOf(...wanted: readonly Kind[]): ReadonlyMap<string, number> {
    const ids = new Map<string, number>();
    // From the last on, so that the first of equal spellings stays. No list of pairs: there are hundreds of thousands.
    for (let id = this.size - 1; id >= 0; id--)
      if (wanted.includes(this.#kinds[id] as Kind)) ids.set(this.spellings[id] as string, id);
    return ids;
  }

  abstract bytesOf(id: number): Uint8Array;
  abstract canOccur(id: number): boolean;
  /** Encodes a part that is never empty, begins at `at`, and touches only special tokens or the text's ends. */
  protected abstract encodePart(encoding: EncodingBuilder, part: string, at: number): void;

  textOf(id: number): string {
    let text = this.#texts.get(id);
    if (text === undefined) this.#texts.set(id, (text = textOfUtf8(this.bytesOf(id))));
    return text;
  }

  encode(text: string, { plain }: { readonly plain: boolean }): Encoding {
    const encoding = new EncodingBuilder();
    if (this.first !== undefined) encoding.push(this.first, 0, 0);
    for (const { id, text: part, at } of (plain ? this.#userDefined : this.#all).cut(wellFormed(text))) {
      if (id >= 0) encoding.pushFound(id, at, at + part.length);
      else this.encodePart(encoding, part, at);
    }
    return encoding.build();
  }

  protected occursIn(text: string, id: number): boolean {
    return this.encode(text, { plain: false }).ids.includes(id);
  }

  #ofKinds(...wanted: readonly Kind[]): [spelling: string, id: number][] {
    const found: [string, number][] = [];
    this.spellings.forEach((spelling, id) => {
      if (wanted.includes(this.#kinds[id] as Kind)) found.push([spelling, id]);
    });
    return found;
  }

  #check(id: number): number {
    if (id in this.spellings) return id;
    throw noToken(id, this.size);
  }
}

/** Phi-3's special tokens swallow white space, except these. Only the model's name in a GGUF file says so. */
const swallowsSpace = (weights: Weights): boolean => /phi-?3/i.test(String(weights.metadata.get('general.name')));
const neverSwallowing: ReadonlySet<string> = new Set(['<unk>', '<s>', '<|endoftext|>']);

function firstOf(weights: Weights, defaults: number | undefined, count: number): number {
  const key = 'tokenizer.ggml.bos_token_id';
  const id = defaults === undefined ? keyNumber(weights, key) : numberOr(weights, key, defaults);
  if (Number.isInteger(id) && id >= 0 && id < count) return id;
  throw wrongField(key, id, `0…${count - 1}`);
}

/** The kind of every token, all normal if the file has none. */
function kindsOf(weights: Weights, count: number): ArrayLike<number> {
  const found = weights.metadata.get('tokenizer.ggml.token_type');
  if (found === undefined) return new Int32Array(count).fill(kinds.normal);
  if (
    !(found instanceof Int32Array || found instanceof Uint32Array) ||
    found.length !== count ||
    found.some((kind) => kind < kinds.normal || kind > kinds.byte)
  ) {
    throw unexpected('tokenizer.ggml.token_type', found, `(${kinds.normal}…${kinds.byte})[${count}]`);
  }
  return found;
}
