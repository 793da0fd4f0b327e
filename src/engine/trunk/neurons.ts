import { mixerOf } from '../architecture/hyperparameters';
import type { LinearMap } from '../architecture/layers';
import { dot, row, type Vector } from '../arrays/vectors';
import type { Weights } from '../weights/weights';
import { mixedHeads, readLayer, type Positions } from './heads';
import { LayerReader, type FeedForwardReading } from './layerReader';
import type { LayersInFile } from './layerSteps';
import { plainActivations, eachMatrixRow, PlainValue } from './plainLayers';
import type { MatrixProducts } from './products';
import type { TrunkStore } from './trunk';

/** The feed-forward part of a layer, neuron by neuron, at consecutive positions. */
export class LayerNeurons {
  #scales: readonly number[] | undefined;

  constructor(
    private readonly file: LayersInFile,
    readonly reading: FeedForwardReading,
    private readonly products: MatrixProducts,
  ) {}

  /** How much every neuron fired at the position `i`, counted from the first: the factors of the columns. */
  fired(i: number): Float64Array {
    return this.reading.fired.rows[i] as Float64Array;
  }

  /** How much one neuron fired at all positions; reads the rows of this neuron alone. */
  firedBy(index: number): Float64Array {
    const { gate, up, activation, normed } = this.reading;
    const { weights } = this.file;
    const read = (map: LinearMap) => {
      const weight = mapRow(weights, map, index);
      return normed.rows.map((x) => dot(x, weight) + (map.bias?.[index] ?? 0));
    };
    const active = read(gate ?? up).map(plainActivations[activation]);
    const plain = gate && read(up);
    return Float64Array.from(active, (value, i) => (plain ? value * (plain[i] as number) : value));
  }

  /** What a unit of each neuron adds to the product of the residual with a vector, at the position `i`. */
  perUnit(seen: Vector, i: number): Float64Array {
    return this.products.byColumn(this.reading.output.map, this.#written(seen, i));
  }

  /** What a unit of some neurons adds to the residual at the position `i`. */
  columns(indices: readonly number[], i: number): Float64Array[] {
    return this.products.columns(this.reading.output.map, indices).map((column) => this.#written(column, i));
  }

  /** What the bias of the part adds at the position `i`; `null` if the file has none. */
  bias(i: number): Float64Array | null {
    const { bias } = this.reading.output.map;
    return bias && this.#written(bias, i);
  }

  /** The row of a map that a neuron reads with. */
  rowOf(map: LinearMap, index: number): Float32Array {
    return mapRow(this.file.weights, map, index);
  }

  /** Gemma norms the part before it is added: every column is scaled alike, and so is what sees the sum. */
  #written(vector: Vector, i: number): Float64Array {
    const { gain, factor } = this.reading.output;
    if (!gain) return Float64Array.from(vector, (value) => value * factor);
    const scale = (this.#scales ??= this.#normScales())[i] as number;
    return Float64Array.from(vector, (value, j) => value * scale * (gain[j] as number));
  }

  #normScales(): number[] {
    const { entered, map } = this.reading.output;
    const [product] = this.products.byPart(map, entered.rows, 1) as [Float64Array];
    return entered.rows.map((_, i) => {
      const sum = row(product, i, map.to - map.from).map((value, j) => value + (map.bias?.[j] ?? 0));
      return 1 / Math.sqrt(dot(sum, sum) / sum.length + this.file.model.epsilon);
    });
  }
}

/**
 * The neurons of a layer for the positions from `from` up to, excluding, `to` of a text that was run. `attended`: what
 * attention adds there, one vector a position, where it is known.
 */
export function neuronsOf(
  file: LayersInFile,
  layer: number,
  store: TrunkStore,
  positions: Positions,
  products: MatrixProducts,
  attended?: () => readonly Float64Array[],
): LayerNeurons {
  const { added, attention, feedForward } = readLayer(file, layer, store, positions, products);
  if (attended) added.know(attended);
  else if (mixerOf(file.model, layer) === 'attention') {
    const heads = attention();
    heads.mixed.know(() => mixedHeads(file.model, heads, layer, store, positions.from).mixed);
  }
  return new LayerNeurons(file, feedForward(), products);
}

/** The direction of a unit of a neuron, whatever the position: its column, with the gain of a norm after the part. */
export function neuronColumn(file: LayersInFile, layer: number, index: number, products: MatrixProducts): Float64Array {
  const { architecture, model, weights } = file;
  const nothing = new PlainValue(model.dimensions, () => []);
  const { output } = new LayerReader(weights, model, 0, products).read(architecture, nothing, layer).feedForward();
  const [column] = products.columns(output.map, [index]) as [Float64Array];
  return column.map((value, j) => value * (output.gain?.[j] ?? output.factor));
}

export function mapRow(weights: Weights, map: LinearMap, index: number): Float32Array {
  let found = new Float32Array();
  const at = map.from + index;
  eachMatrixRow(weights, { ...map, from: at, to: at + 1 }, (weight) => (found = weight.slice()));
  return found;
}
