import { mostHeadSize, mostLayers, mostPositions } from '../weights/bounds';
import { unreadField, wrongField } from '../weights/damaged';
import { booleanOr, stringOf, tensorOf, unexpected, type MetadataValue, type Weights } from '../weights/weights';
import type { Experts, Hyperparameters } from './hyperparameters';
import { tensorVector } from './layers';

/** Factors lie between these in every model. Beyond them float32 overflows. */
const smallestFactor = 1e-9;
const largestFactor = 1e9;
/** llama.cpp's converter divides the frequencies of pairs that are not rotated by this. */
const unrotated = Math.fround(1e30);
const usualFactor = `${smallestFactor}…${largestFactor}`;

/** Many times the widest feed-forward of any model. */
const longestLayerSide = 2 ** 20;

export type TrunkSizes = Pick<
  Hyperparameters,
  'layers' | 'dimensions' | 'heads' | 'keyValueHeads' | 'headSize' | 'feedForward' | 'contextLength'
>;

interface Expected {
  readonly fits: (value: number) => boolean;
  /** For the error: `1…30`. */
  readonly words: string;
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

  /**
   * The sizes, whose keys all families share. Of some families layers are `uneven`, and these are the greatest; of some
   * layers have no keys.
   */
  sizes({ uneven = false, keyless = false } = {}): TrunkSizes {
    const layers = this.#number('block_count', undefined, whole(1, Math.min(this.#tensors, mostLayers)));
    const dimensions = this.width('embedding_length');
    const heads = this.width('attention.head_count');
    const keyHeads = uneven ? this.widths('attention.head_count_kv', layers) : this.#keyHeads(layers, heads);
    const keyValueHeads = Math.max(...keyHeads);
    if (!keyless && keyHeads.includes(0)) throw wrongField(this.#named('attention.head_count_kv'), 0, '> 0');
    const headSize = this.width('attention.key_length', dimensions / heads);
    if (!Number.isInteger(headSize) || keyHeads.some((own) => own > 0 && heads % own !== 0)) {
      throw wrongField(
        `${this.family} (d / head_count / head_count_kv)`,
        `${dimensions} / ${heads} / ${keyValueHeads}`,
        'n',
      );
    }
    this.headSize('attention.key_length', 'attention.value_length', headSize);
    return {
      layers,
      dimensions,
      heads,
      keyValueHeads,
      headSize,
      feedForward: uneven ? Math.max(...this.widths('feed_forward_length', layers)) : this.width('feed_forward_length'),
      contextLength: this.positions('context_length'),
    };
  }

  /** The size of a head's keys, which that of its values must equal. */
  headSize(ofKeys: string, ofValues: string, usual: number): number {
    const size = this.width(ofKeys, usual);
    const valueSize = this.width(ofValues, size);
    if (valueSize !== size) throw unreadField(this.#named(ofValues), valueSize, size);
    if (size > mostHeadSize) throw unreadField(this.#named(ofKeys), size, `≤ ${mostHeadSize}`);
    return size;
  }

  /** A width of each layer: a list, or one for all. */
  widths(key: string, layers: number): number[] {
    const found = this.weights.metadata.get(this.#named(key));
    if (typeof found !== 'object') return Array.from({ length: layers }, () => this.width(key));
    const { fits, words } = whole(1, this.#longest);
    const all = Array.from(found, Number);
    if (all.length === layers && all.every(fits)) return all;
    throw unexpected(this.#named(key), all.slice(0, 20).join(', '), `${layers} × (${words})`);
  }

  /** Whether each layer has keys. A file says it by their heads, one number a layer, 0 for none. */
  keyed(layers: number): boolean[] {
    return this.#keyHeads(layers, 0).map((heads) => heads > 0);
  }

  /** Heads of keys by layer, equal but for 0. */
  #keyHeads(layers: number, usual: number): number[] {
    const key = 'attention.head_count_kv';
    const found = this.weights.metadata.get(this.#named(key));
    const all: readonly MetadataValue[] =
      typeof found === 'object' ? Array.from(found) : Array.from({ length: layers }, () => this.width(key, usual));
    const most = all.find((heads) => heads !== 0);
    const fits = (heads: MetadataValue) =>
      heads === 0 || (typeof heads === 'number' && heads === most && whole(1, this.#longest).fits(heads));
    if (all.length === layers && most !== undefined && all.every(fits)) return all.map(Number);
    throw unexpected(this.#named(key), all.slice(0, 20).join(', '), `${layers} × (0 | n)`);
  }

  /** The experts of a mixture. A file may say whether their probabilities are normalised, else the family does. */
  experts(normalises: boolean): { readonly experts: Experts; readonly feedForward: number } {
    const count = this.width('expert_count');
    const used = this.#number('expert_used_count', undefined, whole(1, count));
    const own = 'expert_feed_forward_length';
    const width = this.width(this.has(own) ? own : 'feed_forward_length');
    const experts = { count, used, width, normalises: this.flag('expert_weights_norm', normalises) };
    return { experts, feedForward: used * width };
  }

  width(key: string, usual?: number): number {
    return this.#number(key, usual, whole(1, this.#longest));
  }

  /** A whole number from 0 to `most`. */
  count(key: string, usual: number, most: number): number {
    return this.#number(key, usual, whole(0, most));
  }

  /** A list of as many flags as there are layers, if there is one. */
  flags(key: string, layers: number): boolean[] | undefined {
    const found = this.weights.metadata.get(this.#named(key));
    if (found === undefined) return undefined;
    const listed = Array.isArray(found) ? found : [];
    if (listed.length === layers && listed.every((one) => typeof one === 'boolean')) return listed;
    throw unexpected(this.#named(key), found, `${layers} × (true | false)`);
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
      words: '0 < n < 1',
    });
  }

  /** A factor, divisor or bound: finite, above 0. */
  factor(key: string, usual?: number): number {
    return this.#number(key, usual, {
      fits: (value) => value >= smallestFactor && value <= largestFactor,
      words: usualFactor,
    });
  }

  /** The base of rotary positions: finite, above 1. */
  base(key: string, usual: number): number {
    return this.#number(key, usual, {
      fits: (value) => value > 1 && Number.isFinite(value),
      words: '> 1',
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

  /** Throws if a list of which layers have a window, where there is one, is not that every `period`th has none. */
  repeats(key: string, layers: number, period: number): void {
    const found = this.weights.metadata.get(this.#named(key));
    if (found === undefined) return;
    const expected = Array.from({ length: layers }, (_, layer) => (layer + 1) % period !== 0);
    const listed = Array.isArray(found) ? found.slice(0, layers + 1) : [found];
    if (listed.join() !== expected.join())
      throw unreadField(this.#named(key), listed.join(', ').slice(0, 200), expected.join(', ').slice(0, 200));
  }

  /** A tensor of `length` factors, if the file has it. */
  factors(name: string, length: number): Float32Array | undefined {
    if (!this.weights.tensors.has(name)) return undefined;
    const values = tensorVector(this.weights, tensorOf(this.weights, name), length);
    const wrong = values.find((value) => !(value >= smallestFactor && value <= largestFactor) && value !== unrotated);
    if (wrong === undefined) return values;
    throw wrongField(name, wrong, usualFactor);
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

const whole = (least: number, most: number): Expected => ({
  fits: (value) => Number.isInteger(value) && value >= least && value <= most,
  words: `${least}…${most}`,
});
