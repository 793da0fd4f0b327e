import { inMemory } from '../../../shared/noMemory';
import type { Hyperparameters } from '../../architecture/hyperparameters';
import { angle, norm, row } from '../../arrays/vectors';
import type { FinalNorm } from '../../trunk/finalNorm';
import type { ResidualMeasures, TokenRows } from '../../trunk/residuals';
import type { TrunkStore } from '../../trunk/trunk';

/** The state of one text in a `SessionTrunk`: residuals, keys, values and the sizes of the parts. */
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

  residuals(layer: number): Float32Array {
    return this.#at(this.#residuals, layer).subarray(0, this.length * this.model.dimensions);
  }

  keys(layer: number): Float32Array {
    return this.pastKeys(layer, this.length);
  }

  values(layer: number): Float32Array {
    return this.pastValues(layer, this.length);
  }

  attentionSize(layer: number): Float64Array {
    return this.#at(this.#attentionSize, layer).subarray(0, this.length);
  }

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
   * Keeps the part that agrees with `ids` and returns its length. The runtime's sums depend on how many positions run
   * together, so slices of `sliceLength` are kept whole or run again: a text gives the same bits whatever ran before
   * it.
   */
  keepPrefix(ids: ArrayLike<number>, sliceLength: number): number {
    let same = 0;
    while (same < this.length && same < ids.length && this.#ids[same] === ids[same]) same++;
    const isWhole = same === this.length && same === ids.length;
    this.#ids.length = isWhole ? same : same - (same % sliceLength);
    return this.length;
  }

  /**
   * Grows in steps to `length` positions, so that a text that grows a little copies nothing. Throws
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
    this.#residuals = roomy.residuals;
    this.#keys = roomy.keys;
    this.#values = roomy.values;
    this.#attentionSize = roomy.attentionSize;
    this.#feedForwardSize = roomy.feedForwardSize;
    this.#capacity = capacity;
  }

  /** Writes new positions, which count once `commit` is called. */
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

/** Measures one position in plain arithmetic. `residuals` are positions × d each. */
function measurePlainly(
  residuals: readonly Float32Array[],
  position: number,
  index: number,
  { inputs, outputs, inputSizes, outputSizes }: TokenRows,
  finalNorm: FinalNorm,
): ResidualMeasures {
  const [input, output] = [inputs[index] as Float32Array, outputs[index] as Float32Array];
  const rows = residuals.map((residual) => row(residual, position, input.length));
  const sizes = rows.map((residual) => norm(residual));
  return {
    sizes,
    angleToInput: rows.map((residual, layer) => angle(residual, input, sizes[layer], inputSizes[index])),
    angleToPrediction: rows.map((residual) => angle(finalNorm.of(residual), output, undefined, outputSizes[index])),
  };
}
