import type { Head } from '../../shared/attention';
import type { Hyperparameters } from '../architecture/hyperparameters';
import type { AttentionStep } from '../architecture/layers';
import { temperatureAt } from '../architecture/rotary';
import { dot, dotOfPart, row } from '../arrays/vectors';
import { sigmoidGate } from '../kernels/runExperts';
import { LayerReader, type AttentionReading, type LayerReading } from './layerReader';
import type { LayersInFile } from './layerSteps';
import { PlainValue } from './plainLayers';
import type { MatrixProducts } from './products';
import { cappedScore, firstVisible, type QueryAndKeys } from './scores';
import type { TrunkStore } from './trunk';

/** Attention's part of a layer, head by head, at some positions. Their sum is the output of attention. */
export interface LayerHeads {
  /** For each head and position the weights of the positions up to it. They sum to 1 with that of the head's sink. */
  readonly weights: readonly (readonly Float64Array[])[];
  /** The vector that each head adds to the residual, `positions × dimensions`. */
  readonly added: readonly Float64Array[];
  /** The vector that the bias of the output product adds, `positions × dimensions`; `null` if there is no bias. */
  readonly bias: Float64Array | null;
  /** The outputs of all heads, gated, before the output product: one `heads · headSize` long row a position. */
  readonly outputs: readonly Float64Array[];
  /**
   * What a head adds at the last of the positions for each of some positions that it attends to, `others × dimensions`.
   * Those of all positions sum to the head's vector. Valid until the next run.
   */
  sent(head: number, others: readonly number[]): Float64Array;
  /** The query of a head at a position, counted from the first, and its keys. Valid until the next run. */
  scored(head: number, i: number): QueryAndKeys;
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
  products: MatrixProducts,
): LayerHeads {
  const { model } = file;
  const { dimensions, heads, epsilon } = model;
  const reading = readLayer(file, layer, store, { from, to }, products).attention();
  const { map: projection, gain, factor } = reading.output;
  const gates = reading.gate?.rows;
  const { weights, mixed } = mixedHeads(model, reading, layer, store, from);
  const outputs = gates
    ? mixed.map((row, i) => row.map((value, j) => sigmoidGate(value, gates[i]?.[j] as number)))
    : mixed;
  const added = products.byPart(projection, outputs, heads);
  const bias = projection.bias && repeated(projection.bias, to - from);
  const parts = bias ? [...added, bias] : added;
  for (const part of parts) multiply(part, factor);
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
    const vectors = valuesOf(model, reading.step, store.values(layer), head, others, own);
    const gate = gates?.at(-1);
    if (gate)
      for (const vector of vectors) vector.forEach((value, j) => (vector[j] = sigmoidGate(value, gate[j] as number)));
    const product = products.byPart(projection, vectors, heads)[head] as Float64Array;
    multiply(product, factor);
    if (gain) for (let i = 0; i < others.length; i++) scaleBy(row(product, i, dimensions), last, gain);
    return product;
  };
  const scored = (head: number, i: number) => queryAndKeys(model, reading, store.keys(layer), head, from, i);
  return { weights, added, bias, outputs, sent, scored };
}

/** The weights of one head alone, a row a position. */
export function headWeights(
  file: LayersInFile,
  { layer, head }: Head,
  store: TrunkStore,
  positions: Positions,
  products: MatrixProducts,
): Float64Array[] {
  const { queries, step } = readLayer(file, layer, store, positions, products).attention();
  const asking = queries.rows;
  return weightsOf(file.model, step, asking, head, positions.from, store.keys(layer));
}

/** The query of one head alone at a position, its keys and their weights. Valid until the next run. */
export function headQuery(
  file: LayersInFile,
  { layer, head }: Head,
  store: TrunkStore,
  position: number,
  products: MatrixProducts,
): { readonly met: QueryAndKeys; readonly weights: Float64Array } {
  const reading = readLayer(file, layer, store, { from: position, to: position + 1 }, products).attention();
  const asking = reading.queries.rows;
  const keys = store.keys(layer);
  const [weights] = weightsOf(file.model, reading.step, asking, head, position, keys) as [Float64Array];
  return { met: queryAndKeys(file.model, reading, keys, head, position, 0), weights };
}

/** What a layer multiplies at some positions of a text that was run. */
export function readLayer(
  { architecture, model, weights }: LayersInFile,
  layer: number,
  store: TrunkStore,
  { from, to }: Positions,
  products: MatrixProducts,
): LayerReading {
  const { dimensions } = model;
  const entered = new PlainValue(dimensions, () =>
    Array.from({ length: to - from }, (_, i) => Float64Array.from(row(store.residuals(layer), from + i, dimensions))),
  );
  return new LayerReader(weights, model, from, products, store).read(architecture, entered, layer);
}

/** The weights of all heads at the positions from `from` on, and the values that they mix, before any gate. */
export function mixedHeads(
  model: Hyperparameters,
  { queries, step }: AttentionReading,
  layer: number,
  store: TrunkStore,
  from: number,
): Pick<LayerHeads, 'weights'> & { readonly mixed: readonly Float64Array[] } {
  const asking = queries.rows;
  // Products may grow the memory, which ends its views, so keys and values are fetched only now.
  const keys = store.keys(layer);
  const weights = Array.from({ length: model.heads }, (_, head) => weightsOf(model, step, asking, head, from, keys));
  return { weights, mixed: mix(model, step, weights, store.values(layer)) };
}

function queryAndKeys(
  { heads }: Hyperparameters,
  { queries, unrotated, rotary, step }: AttentionReading,
  keys: Float32Array,
  head: number,
  from: number,
  i: number,
): QueryAndKeys {
  const { keyValueHeads, headSize } = step;
  const part = (value: PlainValue) => row(value.rows[i] as Float64Array, head, headSize);
  const temperature = temperatureAt(rotary, from + i);
  return {
    position: from + i,
    query: part(queries),
    unrotated: part(unrotated).map((value) => value * temperature),
    keys,
    begin: Math.floor(head / (heads / keyValueHeads)) * headSize,
    stride: keyValueHeads * headSize,
    step,
    rotary,
  };
}

/** The weighted values of one head at some positions, each in its columns of a row that is 0 elsewhere. */
function valuesOf(
  { heads }: Hyperparameters,
  { keyValueHeads, headSize }: AttentionStep,
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

/** The weights of one head, a row a position from `from` on. */
function weightsOf(
  { heads }: Hyperparameters,
  step: AttentionStep,
  queries: readonly Float64Array[],
  head: number,
  from: number,
  keys: Float32Array,
): Float64Array[] {
  const { keyValueHeads, headSize } = step;
  const stride = keyValueHeads * headSize;
  const inKeys = Math.floor(head / (heads / keyValueHeads)) * headSize;
  return queries.map((query, i) => {
    const position = from + i;
    const first = firstVisible(position, step);
    const shares = new Float64Array(position + 1);
    for (let other = first; other <= position; other++) {
      const product = dotOfPart(query, head * headSize, keys, other * stride + inKeys, headSize);
      shares[other] = cappedScore(step, product);
    }
    softmax(shares.subarray(first), step.sinks?.[head]);
    return shares;
  });
}

/** The values of all heads, mixed by their weights: a row of `heads · headSize` numbers a position. */
function mix(
  { heads }: Hyperparameters,
  { keyValueHeads, headSize }: AttentionStep,
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

function softmax(scores: Float64Array, sink = -Infinity): void {
  let greatest = sink;
  for (let i = 0; i < scores.length; i++) greatest = Math.max(greatest, scores[i] as number);
  let total = Math.exp(sink - greatest);
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

function multiply(part: Float64Array, factor: number): void {
  if (factor !== 1) part.forEach((value, j) => (part[j] = value * factor));
}

function repeated(vector: Float32Array, count: number): Float64Array {
  const all = new Float64Array(count * vector.length);
  for (let i = 0; i < count; i++) all.set(vector, i * vector.length);
  return all;
}
