import { modelUnsupported } from '../../shared/errors';
import { said, type Said } from '../../shared/said';
import { stringsOf, type Weights } from '../weights/weights';
import type { Encoding } from './encoding';
import { noToken, type Tokenizer } from './tokenizer';
import { checkLengths } from './tokenLength';
import { kinds } from './tokenList';
import { utf8Of } from './utf8';

/** The tokens of a file with an unknown kind of tokenizer: their names as in the file. It cannot encode texts. */
export class TokenNames implements Tokenizer {
  readonly first = undefined;
  readonly #spellings: readonly string[];
  readonly #kinds: ArrayLike<unknown>;

  constructor(
    weights: Weights,
    /** `?` if the file names none. */
    private readonly kind: string,
  ) {
    this.#spellings = stringsOf(weights, 'tokenizer.ggml.tokens');
    checkLengths(this.#spellings);
    const types = weights.metadata.get('tokenizer.ggml.token_type');
    this.#kinds = types instanceof Int32Array || types instanceof Uint32Array ? types : [];
  }

  get size(): number {
    return this.#spellings.length;
  }

  get description(): Said {
    return said`${this.kind}, names only`;
  }

  get notices(): readonly Said[] {
    return [
      said`The model's tokenizer is of the kind ${this.kind}, which Vectorscope cannot use: tokens have the names that the file gives them, and no text can be cut into them.`,
    ];
  }

  bytesOf(id: number): Uint8Array {
    return utf8Of(this.textOf(id));
  }

  textOf(id: number): string {
    const spelling = this.#spellings[id];
    if (spelling === undefined) throw noToken(id, this.size);
    return spelling;
  }

  isSpecial(id: number): boolean {
    return this.#kinds[id] === kinds.control || this.#kinds[id] === kinds.unknown;
  }

  standsIn(): boolean {
    return false;
  }

  /** Unknown, so no token is called unreachable. */
  canOccur(): boolean {
    return true;
  }

  encode(): Encoding {
    throw modelUnsupported`Vectorscope cannot split text into tokens with this model's tokenizer, which is of the kind ${this.kind}. Search its tokens by name.`;
  }
}
