import type { Head } from '../../shared/attention';
import type { Architecture } from '../architecture/architecture';
import type { Hyperparameters } from '../architecture/hyperparameters';
import type { AttentionStep, LinearMap } from '../architecture/layers';
import { dot, dotOfPart, row } from '../arrays/vectors';
import type { Weights } from '../weights/weights';
import type { LayersInFile } from './layerSteps';
import { PlainLayers, PlainValue } from './plainLayers';
import type { ProductsByPart } from './products';
import type { TrunkStore } from './trunk';

/** Attention's part of a layer, head by head, at some positions. Their sum is the output of attention. */
export interface LayerHeads {
  /** For each head and position the weights of the positions up to it. They sum to 1. */
  readonly weights: readonly (readonly Float64Array[])[];
  /** The vector that each head adds to the residual, `positions × dimensions`. */
  readonly added: readonly Float64Array[];
  /** The vector that the bias of the output product adds, `positions × dimensions`; `null` if there is no bias. */
  readonly bias: Float64Array | null;
  /** The outputs of all heads before the output product, one `heads · headSize` long row a position. */
  readonly mixed: readonly Float64Array[];
  /**
   * What a head adds at the last of the positions for each of some positions that it attends to, `others × dimensions`.
   * Those of all positions sum to the head's vector. Valid until the next run.
   */
  sent(head: number, others: readonly number[]): Float64Array;
}

/** From `from` up to, excluding, `to`. */
export interface Positions {
  readonly from: number;
  readonly to: number;
}

/**
 * Takes the attention of one layer apart for the positions from `from` up to, excluding, `to` of a text that was run.
 * Keys and values are those of the run, queries follow from the residuals. Only `products` may round to float32.
 *
 * A head adds its columns of the output product. Gemma norms that product before it is added; the norm divides every
 * head's part by the size of the whole.
 */
export function headsOf(
  file: LayersInFile,
  layer: number,
  store: TrunkStore,
  { from, to }: Positions,
  products: ProductsByPart,
): LayerHeads {
  const { model } = file;
  const { dimensions, heads, epsilon } = model;
  const { queries, step, projection, gain } = read(file, layer, store, { from, to }, products);
  const asking = queries.rows;
  // Products may grow the memory, which ends its views, so keys and values are fetched only now.
  const keys = store.keys(layer);
  const weights = Array.from({ length: heads }, (_, head) => weightsOf(model, step, asking, head, from, keys));
  const mixed = mix(model, weights, store.values(layer));
  const added = products(projection, mixed, heads);
  const bias = projection.bias && repeated(projection.bias, to - from);
  const parts = bias ? [...added, bias] : added;
  let last = 1;
  if (gain)
    for (let i = 0; i < to - from; i++)
      last = divideBySum(
        parts.map((part) => row(part, i, dimensions)),
        gain,
        epsilon,
      );
  const sent = (head: number, others: readonly number[]): Float64Array => {
    const own = weights[head]?.[to - from - 1] as Float64Array;
    const vectors = valuesOf(model, store.values(layer), head, others, own);
    const product = products(projection, vectors, heads)[head] as Float64Array;
    if (gain) for (let i = 0; i < others.length; i++) scaleBy(row(product, i, dimensions), last, gain);
    return product;
  };
  return { weights, added, bias, mixed, sent };
}

/** The weights of one head alone, a row a position. */
export function headWeights(
  file: LayersInFile,
  { layer, head }: Head,
  store: TrunkStore,
  positions: Positions,
  products: ProductsByPart,
): Float64Array[] {
  const { queries, step } = read(file, layer, store, positions, products);
  const asking = queries.rows;
  return weightsOf(file.model, step, asking, head, positions.from, store.keys(layer));
}

function read(
  { architecture, model, weights }: LayersInFile,
  layer: number,
  store: TrunkStore,
  { from, to }: Positions,
  products: ProductsByPart,
) {
  const residuals = store.residuals(layer);
  const entered = new PlainValue(model.dimensions, () =>
    Array.from({ length: to - from }, (_, i) => Float64Array.from(row(residuals, from + i, model.dimensions))),
  );
  return new AttentionReader(weights, model, from, products).read(architecture, entered, layer);
}

/** The weighted values of one head at some positions, each in its columns of a row that is 0 elsewhere. */
function valuesOf(
  { heads, keyValueHeads, headSize }: Hyperparameters,
  values: Float32Array,
  head: number,
  positions: readonly number[],
  weights: Float64Array,
): Float64Array[] {
  const inValues = Math.floor(head / (heads / keyValueHeads)) * headSize;
  return positions.map((position) => {
    const vector = new Float64Array(heads * headSize);
    const at = position * keyValueHeads * headSize + inValues;
    for (let k = 0; k < headSize; k++)
      vector[head * headSize + k] = (weights[position] as number) * (values[at + k] as number);
    return vector;
  });
}

/** Reads from a family's equations what attention multiplies, and computes only its queries. */
class AttentionReader extends PlainLayers {
  #attention: { readonly queries: PlainValue; readonly mixed: PlainValue; readonly step: AttentionStep } | undefined;
  #projection: { readonly value: PlainValue; readonly map: LinearMap } | undefined;
  #norm: { readonly value: PlainValue; readonly gain: Float32Array } | undefined;

  constructor(
    weights: Weights,
    model: Hyperparameters,
    position: number,
    private readonly products: ProductsByPart,
  ) {
    super(weights, model, position);
  }

  read(architecture: Architecture, residual: PlainValue, layer: number) {
    const { attention } = architecture.layer(this, residual, layer);
    const normed = this.#norm?.value === attention;
    if (!this.#attention || !this.#projection || !(normed || this.#projection.value === attention))
      throw new RangeError(
        `The attention of ${architecture.name} ends in another step than an output product and a norm.`,
      );
    const { queries, step } = this.#attention;
    return { queries, step, projection: this.#projection.map, gain: normed ? (this.#norm?.gain ?? null) : null };
  }

  protected override attend(queries: PlainValue, keys: PlainValue, values: PlainValue, step: AttentionStep) {
    const attended = super.attend(queries, keys, values, step);
    this.#attention = { queries, mixed: attended.mixed, step };
    return attended;
  }

  protected override product(x: PlainValue, map: LinearMap): PlainValue {
    const { from, to, bias } = map;
    const value = new PlainValue(to - from, () => {
      const [product = new Float64Array()] = this.products(map, x.rows, 1);
      return x.rows.map((_, i) => row(product, i, to - from).map((sum, j) => sum + (bias?.[j] ?? 0)));
    });
    if (x === this.#attention?.mixed) this.#projection = { value, map };
    return value;
  }

  protected override rootMeanSquareNorm(x: PlainValue, gain: Float32Array, perRow: number): PlainValue {
    const value = super.rootMeanSquareNorm(x, gain, perRow);
    if (x === this.#projection?.value) this.#norm = { value, gain };
    return value;
  }
}

/** The weights of one head, a row a position from `from` on. */
function weightsOf(
  { heads, keyValueHeads, headSize }: Hyperparameters,
  { window, scale, cap }: AttentionStep,
  queries: readonly Float64Array[],
  head: number,
  from: number,
  keys: Float32Array,
): Float64Array[] {
  const stride = keyValueHeads * headSize;
  const inKeys = Math.floor(head / (heads / keyValueHeads)) * headSize;
  return queries.map((query, i) => {
    const position = from + i;
    const first = Math.max(0, position + 1 - window);
    const shares = new Float64Array(position + 1);
    for (let other = first; other <= position; other++) {
      const score = scale * dotOfPart(query, head * headSize, keys, other * stride + inKeys, headSize);
      shares[other] = cap === undefined ? score : cap * Math.tanh(score / cap);
    }
    softmax(shares.subarray(first));
    return shares;
  });
}

/** The values of all heads, mixed by their weights: a row of `heads · headSize` numbers a position. */
function mix(
  { heads, keyValueHeads, headSize }: Hyperparameters,
  weights: readonly (readonly Float64Array[])[],
  values: Float32Array,
): Float64Array[] {
  const stride = keyValueHeads * headSize;
  return (weights[0] ?? []).map((_, i) => {
    const mixed = new Float64Array(heads * headSize);
    for (let head = 0; head < heads; head++) {
      const shares = weights[head]?.[i] as Float64Array;
      const begin = head * headSize;
      const inValues = Math.floor(head / (heads / keyValueHeads)) * headSize;
      for (let other = 0; other < shares.length; other++) {
        const share = shares[other] as number;
        // Beyond a window every weight is 0.
        if (share === 0) continue;
        const at = other * stride + inValues;
        for (let k = 0; k < headSize; k++)
          mixed[begin + k] = (mixed[begin + k] as number) + share * (values[at + k] as number);
      }
    }
    return mixed;
  });
}

function softmax(scores: Float64Array): void {
  let greatest = -Infinity;
  for (let i = 0; i < scores.length; i++) greatest = Math.max(greatest, scores[i] as number);
  let total = 0;
  for (let i = 0; i < scores.length; i++) total += scores[i] = Math.exp((scores[i] as number) - greatest);
  for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] as number) / total;
}

/** Norms the sum of some parts by multiplying each: gain ⊙ part / √(mean sum² + ε). Returns 1 / √(…). */
function divideBySum(parts: readonly Float64Array[], gain: Float32Array, epsilon: number): number {
  const sum = new Float64Array(gain.length);
  for (const part of parts) part.forEach((value, j) => (sum[j] = (sum[j] as number) + value));
  const scale = 1 / Math.sqrt(dot(sum, sum) / sum.length + epsilon);
  for (const part of parts) scaleBy(part, scale, gain);
  return scale;
}

function scaleBy(part: Float64Array, scale: number, gain: Float32Array): void {
  for (let j = 0; j < part.length; j++) part[j] = (part[j] as number) * scale * (gain[j] as number);
}

function repeated(vector: Float32Array, count: number): Float64Array {
  const all = new Float64Array(count * vector.length);
  for (let i = 0; i < count; i++) all.set(vector, i * vector.length);
  return all;
}
