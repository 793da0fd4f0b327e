import { modelDamaged, modelUnsupported } from '../../shared/errors';
import { said, type Said } from '../../shared/said';
import { mostHeadSize, mostLayers, mostPositions } from '../weights/bounds';
import { booleanOr, stringOf, tensorOf, unexpected, type MetadataValue, type Weights } from '../weights/weights';
import type { Hyperparameters } from './hyperparameters';
import { tensorVector } from './layers';

/** Factors lie between these in every model. Beyond them float32 overflows. */
const smallestFactor = 1e-9;
const largestFactor = 1e9;

/** Many times the widest feed-forward of any model. */
const longestLayerSide = 2 ** 20;

export type TrunkSizes = Pick<
  Hyperparameters,
  'layers' | 'dimensions' | 'heads' | 'keyValueHeads' | 'headSize' | 'feedForward' | 'contextLength'
>;

interface Expected {
  readonly fits: (value: number) => boolean;
  /** For the error: `a whole number from 1 to 30`. */
  readonly words: Said;
}

/**
 * The keys of a model's header with its family's prefix. A family reads its hyperparameters only through this class, so
 * every count, width and factor is checked against the file. A number that does not fit, or a missing key without a
 * default, throws `EngineError('model-damaged')` with the key, its value and the expected range.
 */
export class FamilyHeader {
  readonly #tensors: number;
  /** The longest side of any tensor, which no width exceeds. */
  readonly #longest: number;

  constructor(
    private readonly weights: Weights,
    private readonly family: string,
  ) {
    const tensors = [...weights.tensors.values(), ...weights.unread.values()];
    // Of a geometry read from the Hub, the layers' tensors are not there to compare with.
    this.#tensors = weights.source ? mostLayers : tensors.length;
    this.#longest = tensors.reduce(
      (longest, { shape }) => Math.max(longest, ...shape),
      weights.source ? longestLayerSide : 0,
    );
  }

  /** The sizes, whose keys all families share. */
  sizes(): TrunkSizes {
    const layers = this.#number(
      'block_count',
      undefined,
      whole(
        1,
        Math.min(this.#tensors, mostLayers),
        this.#tensors < mostLayers ? said`since the file has ${this.#tensors} tensors` : undefined,
      ),
    );
    const dimensions = this.width('embedding_length');
    const heads = this.width('attention.head_count');
    const keyValueHeads = this.width('attention.head_count_kv', heads);
    const headSize = this.width('attention.key_length', dimensions / heads);
    const valueSize = this.width('attention.value_length', headSize);
    if (!Number.isInteger(headSize) || heads % keyValueHeads !== 0) {
      throw modelDamaged`The model has ${heads} heads of ${headSize} over ${keyValueHeads} key-value heads, which does not divide evenly. Choose another model file.`;
    }
    if (valueSize !== headSize) {
      throw modelUnsupported`The model's keys are ${headSize} wide and its values ${valueSize}; Vectorscope runs models where both are equal. Choose another model.`;
    }
    if (headSize > mostHeadSize) {
      throw modelUnsupported`The model's heads are ${headSize} wide; Vectorscope runs models whose heads are at most ${mostHeadSize} wide. Choose another model.`;
    }
    return {
      layers,
      dimensions,
      heads,
      keyValueHeads,
      headSize,
      feedForward: this.width('feed_forward_length'),
      contextLength: this.positions('context_length'),
    };
  }

  width(key: string, usual?: number): number {
    return this.#number(
      key,
      usual,
      whole(1, this.#longest, said`since the longest side of a tensor is ${this.#longest}`),
    );
  }

  positions(key: string, usual?: number): number {
    return this.#number(key, usual, whole(1, mostPositions));
  }

  /** Positions in an attention window; Infinity for 0, which means none. */
  window(key: string, usual?: number): number {
    return this.#number(key, usual, whole(0, mostPositions)) || Infinity;
  }

  /** Above 0, also in float32, and below 1. */
  epsilon(key: string): number {
    return this.#number(key, undefined, {
      fits: (value) => Math.fround(value) > 0 && value < 1,
      words: said`a number above 0 and below 1`,
    });
  }

  /** A factor, divisor or bound: finite, above 0. */
  factor(key: string, usual?: number): number {
    return this.#number(key, usual, {
      fits: (value) => value >= smallestFactor && value <= largestFactor,
      words: said`a number from ${smallestFactor} to ${largestFactor}`,
    });
  }

  /** The base of rotary positions: finite, above 1. */
  base(key: string, usual: number): number {
    return this.#number(key, usual, {
      fits: (value) => value > 1 && Number.isFinite(value),
      words: said`a number above 1`,
    });
  }

  flag(key: string, usual: boolean): boolean {
    return booleanOr(this.weights, this.#named(key), usual);
  }

  word(key: string, usual: string): string {
    return this.has(key) ? stringOf(this.weights, this.#named(key)) : usual;
  }

  has(key: string): boolean {
    return this.weights.metadata.has(this.#named(key));
  }

  /** Whether the key is missing or holds 0. */
  isNone(key: string): boolean {
    return (this.weights.metadata.get(this.#named(key)) ?? 0) === 0;
  }

  /** A tensor of `length` factors, if the file has it. */
  factors(name: string, length: number): Float32Array | undefined {
    if (!this.weights.tensors.has(name)) return undefined;
    const values = tensorVector(this.weights, tensorOf(this.weights, name), length);
    const wrong = values.find((value) => !(value >= smallestFactor && value <= largestFactor));
    if (wrong === undefined) return values;
    throw modelDamaged`The tensor ${name} holds ${wrong}; numbers from ${smallestFactor} to ${largestFactor} were expected. Choose another model file.`;
  }

  hasTensor(name: string): boolean {
    return this.weights.tensors.has(name);
  }

  #named(key: string): string {
    return `${this.family}.${key}`;
  }

  /** The default is the family's own and is not checked. */
  #number(key: string, usual: number | undefined, { fits, words }: Expected): number {
    const value: MetadataValue | undefined = this.weights.metadata.get(this.#named(key));
    if (value === undefined && usual !== undefined) return usual;
    if (typeof value === 'number' && fits(value)) return value;
    throw unexpected(this.#named(key), value, words);
  }
}

const whole = (least: number, most: number, why?: Said): Expected => ({
  fits: (value) => Number.isInteger(value) && value >= least && value <= most,
  words:
    why === undefined
      ? said`a whole number from ${least} to ${most}`
      : said`a whole number from ${least} to ${most}, ${why},`,
});
