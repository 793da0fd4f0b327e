import { EngineError } from '../../shared/errors';
import { mostHeadSize, mostLayers, mostPositions } from '../weights/bounds';
import { booleanOr, stringOf, tensorOf, unexpected, type MetadataValue, type Weights } from '../weights/weights';
import type { Hyperparameters } from './hyperparameters';
import { vectorOf } from './layers';

/** Numbers that scale others lie between these in every model. Beyond them float32 runs out of range. */
const smallestFactor = 1e-9;
const largestFactor = 1e9;

type Sizes = Pick<
  Hyperparameters,
  'layers' | 'dimensions' | 'heads' | 'keyValueHeads' | 'headSize' | 'feedForward' | 'contextLength'
>;

interface Expected {
  readonly fits: (value: number) => boolean;
  /** For a person: `a whole number from 1 to 30`. */
  readonly words: string;
}

/**
 * The keys of a model's header that begin with its family's name. A family reads its hyperparameters through this
 * alone, so no number becomes a count, a width or a factor before it is known to fit what the file holds. Where it does
 * not, or where a key without a usual value is missing, the methods throw `EngineError('model-damaged')` with the key,
 * its value and what was expected.
 */
export class Header {
  readonly #tensors: number;
  /** The longest side of any tensor. Every width of a model is a side of one. */
  readonly #longest: number;

  constructor(
    private readonly weights: Weights,
    private readonly family: string,
  ) {
    const tensors = [...weights.tensors.values(), ...weights.unread.values()];
    this.#tensors = tensors.length;
    this.#longest = tensors.reduce((longest, { shape }) => Math.max(longest, ...shape), 0);
  }

  /** The sizes under the keys that all families share. */
  sizes(): Sizes {
    const layers = this.#number(
      'block_count',
      undefined,
      whole(
        1,
        Math.min(this.#tensors, mostLayers),
        this.#tensors < mostLayers ? `since the file has ${this.#tensors} tensors` : undefined,
      ),
    );
    const dimensions = this.width('embedding_length');
    const heads = this.width('attention.head_count');
    const keyValueHeads = this.width('attention.head_count_kv', heads);
    const headSize = this.width('attention.key_length', dimensions / heads);
    const valueSize = this.width('attention.value_length', headSize);
    if (!Number.isInteger(headSize) || heads % keyValueHeads !== 0) {
      throw new EngineError(
        'model-damaged',
        `The model says ${heads} heads of ${headSize} over ${keyValueHeads}, which does not divide evenly. Choose another model file.`,
      );
    }
    if (valueSize !== headSize) {
      throw new EngineError(
        'model-unsupported',
        `The model's keys are ${headSize} wide and its values ${valueSize}; Vectorscope runs models where both are equal. Choose another model.`,
      );
    }
    if (headSize > mostHeadSize) {
      throw new EngineError(
        'model-unsupported',
        `The model's heads are ${headSize} wide; Vectorscope runs models whose heads are at most ${mostHeadSize} wide. Choose another model.`,
      );
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

  /** A side of a tensor, or a part of one: whole, ≥ 1. */
  width(key: string, usual?: number): number {
    return this.#number(key, usual, whole(1, this.#longest, `since the longest side of a tensor is ${this.#longest}`));
  }

  /** Whole, ≥ 1. */
  positions(key: string, usual?: number): number {
    return this.#number(key, usual, whole(1, mostPositions));
  }

  /** Positions that each position sees; Infinity for a window of 0, which is none. */
  window(key: string, usual?: number): number {
    return this.#number(key, usual, whole(0, mostPositions)) || Infinity;
  }

  /** Above 0, in float32 too, and below 1. */
  epsilon(key: string): number {
    return this.#number(key, undefined, {
      fits: (value) => Math.fround(value) > 0 && value < 1,
      words: 'a number above 0 and below 1',
    });
  }

  /** What others are multiplied by, divided by or bounded by: finite, above 0. */
  factor(key: string, usual?: number): number {
    return this.#number(key, usual, {
      fits: (value) => value >= smallestFactor && value <= largestFactor,
      words: `a number from ${smallestFactor} to ${largestFactor}`,
    });
  }

  /** The base of rotary positions: finite, above 1. */
  base(key: string, usual: number): number {
    return this.#number(key, usual, {
      fits: (value) => value > 1 && Number.isFinite(value),
      words: 'a number above 1',
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

  /** A whole tensor of so many numbers that are factors; undefined where the file has none of this name. */
  factors(name: string, length: number): Float32Array | undefined {
    if (!this.weights.tensors.has(name)) return undefined;
    const values = vectorOf(this.weights, tensorOf(this.weights, name), length);
    const wrong = values.find((value) => !(value >= smallestFactor && value <= largestFactor));
    if (wrong === undefined) return values;
    throw new EngineError(
      'model-damaged',
      `The tensor ${name} holds ${wrong}; numbers from ${smallestFactor} to ${largestFactor} were expected. Choose another model file.`,
    );
  }

  hasTensor(name: string): boolean {
    return this.weights.tensors.has(name);
  }

  #named(key: string): string {
    return `${this.family}.${key}`;
  }

  /** A usual value is the family's own, so it is not looked at. */
  #number(key: string, usual: number | undefined, { fits, words }: Expected): number {
    const value: MetadataValue | undefined = this.weights.metadata.get(this.#named(key));
    if (value === undefined && usual !== undefined) return usual;
    if (typeof value === 'number' && fits(value)) return value;
    throw unexpected(this.#named(key), value, words);
  }
}

const whole = (least: number, most: number, why?: string): Expected => ({
  fits: (value) => Number.isInteger(value) && value >= least && value <= most,
  words: `a whole number from ${least} to ${most}${why === undefined ? '' : `, ${why},`}`,
});
