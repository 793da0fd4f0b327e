import { inMemory } from '../../shared/noMemory';
import type { Hyperparameters } from '../architecture/hyperparameters';
import type { FinalNorm } from './finalNorm';
import { measurePlainly, type ResidualMeasures, type TokenRows } from './residuals';
import type { TrunkStore } from './trunk';
import { norm, row } from '../tools/vectors';

/** What a trunk over sessions has run so far: for every position its residuals, and what later positions need of it. */
export class SessionStore implements TrunkStore {
  #ids: number[] = [];
  #capacity = 0;
  #residuals: Float32Array[];
  #keys: Float32Array[];
  #values: Float32Array[];
  #attentionSize: Float64Array[];
  #feedForwardSize: Float64Array[];
  readonly #width: number;

  constructor(private readonly model: Hyperparameters) {
    const layers = Array.from({ length: model.layers });
    this.#residuals = Array.from({ length: model.layers + 1 }, () => new Float32Array(0));
    this.#keys = layers.map(() => new Float32Array(0));
    this.#values = layers.map(() => new Float32Array(0));
    this.#attentionSize = layers.map(() => new Float64Array(0));
    this.#feedForwardSize = layers.map(() => new Float64Array(0));
    this.#width = model.keyValueHeads * model.headSize;
  }

  get length(): number {
    return this.#ids.length;
  }

  /** r_l before the final norm, `positions × dimensions`; l from 0, before the first layer, to the number of layers. */
  residuals(layer: number): Float32Array {
    return this.#at(this.#residuals, layer).subarray(0, this.length * this.model.dimensions);
  }

  /** ‖attention output‖₂ at every position, model units. */
  attentionSize(layer: number): Float64Array {
    return this.#at(this.#attentionSize, layer).subarray(0, this.length);
  }

  /** ‖feed-forward output‖₂ at every position, model units. */
  feedForwardSize(layer: number): Float64Array {
    return this.#at(this.#feedForwardSize, layer).subarray(0, this.length);
  }

  async measure(first: number, rows: TokenRows, finalNorm: FinalNorm): Promise<ResidualMeasures[]> {
    const residuals = this.#residuals.map((_, layer) => this.residuals(layer));
    return rows.inputs.map((_, index) => measurePlainly(residuals, first + index, index, rows, finalNorm));
  }

  pastKeys(layer: number, past: number): Float32Array {
    return this.#at(this.#keys, layer).subarray(0, past * this.#width);
  }

  pastValues(layer: number, past: number): Float32Array {
    return this.#at(this.#values, layer).subarray(0, past * this.#width);
  }

  /**
   * Forgets what differs from `ids`; returns how many positions are left. The runtime adds in another order when
   * another number of positions runs together. So that a text has the same bits whatever was run before it, its slices
   * of `sliceLength` are kept whole or run again.
   */
  keepPrefix(ids: ArrayLike<number>, sliceLength: number): number {
    let same = 0;
    while (same < this.length && same < ids.length && this.#ids[same] === ids[same]) same++;
    const isWhole = same === this.length && same === ids.length;
    this.#ids.length = isWhole ? same : same - (same % sliceLength);
    return this.length;
  }

  /**
   * Makes room for so many positions, in steps, so that a text that grows a little copies nothing. Throws
   * `EngineError('no-memory')` and changes nothing.
   */
  reserve(length: number): void {
    if (length <= this.#capacity && this.#capacity <= 4 * Math.max(length, 64)) return;
    const capacity = Math.ceil(length / 64) * 64;
    const { dimensions, layers } = this.model;
    const kept = this.length;
    const moved = <T extends Float32Array | Float64Array>(
      arrays: readonly T[],
      make: new (length: number) => T,
      width: number,
    ) =>
      arrays.map((old) => {
        const roomy = new make(capacity * width);
        roomy.set(old.subarray(0, kept * width));
        return roomy;
      });
    const bytes =
      capacity *
      (((layers + 1) * dimensions + 2 * layers * this.#width) * Float32Array.BYTES_PER_ELEMENT +
        2 * layers * Float64Array.BYTES_PER_ELEMENT);
    const roomy = inMemory(bytes, () => ({
      residuals: moved(this.#residuals, Float32Array, dimensions),
      keys: moved(this.#keys, Float32Array, this.#width),
      values: moved(this.#values, Float32Array, this.#width),
      attentionSize: moved(this.#attentionSize, Float64Array, 1),
      feedForwardSize: moved(this.#feedForwardSize, Float64Array, 1),
    }));
    // Nothing below can fail.
    this.#residuals = roomy.residuals;
    this.#keys = roomy.keys;
    this.#values = roomy.values;
    this.#attentionSize = roomy.attentionSize;
    this.#feedForwardSize = roomy.feedForwardSize;
    this.#capacity = capacity;
  }

  /** Writes new positions; they count only once they are complete. */
  slice(first: number, ids: readonly number[]) {
    const { dimensions } = this.model;
    return {
      residual: (layer: number, rows: Float32Array): void =>
        this.#at(this.#residuals, layer).set(rows, first * dimensions),
      keysAndValues: (layer: number, keys: Float32Array, values: Float32Array): void => {
        this.#at(this.#keys, layer).set(keys, first * this.#width);
        this.#at(this.#values, layer).set(values, first * this.#width);
      },
      parts: (layer: number, attention: Float32Array, feedForward: Float32Array): void => {
        for (let i = 0; i < ids.length; i++) {
          this.#at(this.#attentionSize, layer)[first + i] = norm(row(attention, i, dimensions));
          this.#at(this.#feedForwardSize, layer)[first + i] = norm(row(feedForward, i, dimensions));
        }
      },
      commit: (): void => {
        this.#ids.push(...ids);
      },
    };
  }

  #at<T>(arrays: readonly T[], layer: number): T {
    const array = arrays[layer];
    if (array === undefined) throw new RangeError(`Layer ${layer} was asked for; the model has ${this.model.layers}.`);
    return array;
  }
}
