import type { Architecture } from '../architecture/architecture';
import type { Hyperparameters } from '../architecture/hyperparameters';
import type { AttentionStep, LinearMap } from '../architecture/layers';
import type { Weights } from '../weights/weights';
import { PlainLayers, PlainValue } from './plainLayers';
import type { ProductsByPart } from './products';
import type { TrunkStore } from './trunk';
import { dot, dotOfPart, row } from '../tools/vectors';

/** Attention's part of a layer, head by head, at some positions. Their sum is the output of attention. */
export interface LayerHeads {
  /** For each head and position the weights of the positions up to it. They sum to 1. */
  readonly weights: readonly (readonly Float64Array[])[];
  /** The vector that each head adds to the residual, `positions × dimensions`. */
  readonly added: readonly Float64Array[];
  /** The vector that the bias of the output product adds, `positions × dimensions`; `null` if there is no bias. */
  readonly bias: Float64Array | null;
}

/** The layers of a model as its file has them. */
interface Layers {
  readonly architecture: Architecture;
  readonly hyperparameters: Hyperparameters;
  readonly weights: Weights;
}

/**
 * Takes the attention of one layer apart for the positions from `from` up to, excluding, `to` of a text that was run.
 * Keys and values are those of the run, queries follow from the residuals. Only `products` may round to float32.
 *
 * A head adds its columns of the output product. Gemma norms that product before it is added; the norm divides every
 * head's part by the size of the whole.
 */
export function headsOf(
  { architecture, hyperparameters: model, weights }: Layers,
  layer: number,
  store: TrunkStore,
  { from, to }: { readonly from: number; readonly to: number },
  products: ProductsByPart,
): LayerHeads {
  const { dimensions, heads, epsilon } = model;
  const residuals = store.residuals(layer);
  const entered = new PlainValue(dimensions, () =>
    Array.from({ length: to - from }, (_, i) => Float64Array.from(row(residuals, from + i, dimensions))),
  );
  const reader = new AttentionReader(weights, model, from, products);
  const { queries, step, projection, gain } = reader.read(architecture, entered, layer);

  const asking = queries.rows;
  // Products may grow the memory, which ends its views, so keys and values are fetched only now.
  const attended = attend(model, step, asking, from, store.keys(layer), store.values(layer));
  const added = products(projection, attended.mixed, heads);
  const bias = projection.bias && repeated(projection.bias, to - from);
  const parts = bias ? [...added, bias] : added;
  if (gain)
    for (let i = 0; i < to - from; i++)
      divideBySum(
        parts.map((part) => row(part, i, dimensions)),
        gain,
        epsilon,
      );
  return { weights: attended.weights, added, bias };
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

/** The weights of every head, and the values that they mix: `heads · headSize` numbers a position. */
function attend(
  { heads, keyValueHeads, headSize }: Hyperparameters,
  { window, scale, cap }: AttentionStep,
  queries: readonly Float64Array[],
  from: number,
  keys: Float32Array,
  values: Float32Array,
) {
  const stride = keyValueHeads * headSize;
  const mixed = queries.map(() => new Float64Array(heads * headSize));
  const weights = Array.from({ length: heads }, (_, head) => {
    const begin = head * headSize;
    const inKeys = Math.floor(head / (heads / keyValueHeads)) * headSize;
    return queries.map((query, i) => {
      const into = (mixed[i] as Float64Array).subarray(begin, begin + headSize);
      const position = from + i;
      const first = Math.max(0, position + 1 - window);
      const shares = new Float64Array(position + 1);
      for (let other = first; other <= position; other++) {
        const score = scale * dotOfPart(query, begin, keys, other * stride + inKeys, headSize);
        shares[other] = cap === undefined ? score : cap * Math.tanh(score / cap);
      }
      softmax(shares.subarray(first));
      for (let other = first; other <= position; other++) {
        const at = other * stride + inKeys;
        const share = shares[other] as number;
        for (let k = 0; k < headSize; k++) into[k] = (into[k] as number) + share * (values[at + k] as number);
      }
      return shares;
    });
  });
  return { weights, mixed };
}

/** Replaces scores by their softmax. */
function softmax(scores: Float64Array): void {
  let greatest = -Infinity;
  for (let i = 0; i < scores.length; i++) greatest = Math.max(greatest, scores[i] as number);
  let total = 0;
  for (let i = 0; i < scores.length; i++) total += scores[i] = Math.exp((scores[i] as number) - greatest);
  for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] as number) / total;
}

/** Norms the sum of some parts by multiplying each: gain ⊙ part / √(mean sum² + ε). */
function divideBySum(parts: readonly Float64Array[], gain: Float32Array, epsilon: number): void {
  const sum = new Float64Array(gain.length);
  for (const part of parts) part.forEach((value, j) => (sum[j] = (sum[j] as number) + value));
  const scale = 1 / Math.sqrt(dot(sum, sum) / sum.length + epsilon);
  for (const part of parts)
    for (let j = 0; j < part.length; j++) part[j] = (part[j] as number) * scale * (gain[j] as number);
}

function repeated(vector: Float32Array, count: number): Float64Array {
  const all = new Float64Array(count * vector.length);
  for (let i = 0; i < count; i++) all.set(vector, i * vector.length);
  return all;
}
