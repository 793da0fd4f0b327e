import { median } from 'd3-array';
import type { AdapterModule } from '../../shared/adapter';
import type { Signal } from '../../shared/engine';
import { floats } from '../architecture/layers';
import { gram, singularSquares } from '../arrays/spectrum';
import { dot, norm, row } from '../arrays/vectors';
import { pause } from '../tasks/pause';
import { thinNames } from '../weights/adapter/adaptedWeights';
import { changedTensor, isThin, type AdapterChange, type ThinChange } from '../weights/adapter/adapter';
import { notFinite } from '../weights/damaged';
import { dequantised } from '../weights/types/types';
import { tensorOf, type TensorInfo, type Weights } from '../weights/weights';

/** Numbers of W that are read before rows are skipped, unless each row has a magnitude. */
const mostNumbers = 2 ** 20;
const together = 2 ** 15;
/** Rows whose angles to a product are measured, at least. */
const sampledRows = 64;
/** The magnitudes of rows that were not trained are those of W up to the rounding of both files. */
const rounding = 1e-2;

interface Measured {
  readonly module: AdapterModule;
  /** What the rows of W + scale · B·A are multiplied with, so that they have their magnitudes. */
  readonly gain: Float32Array | null;
}

/** ‖w‖², w·δ and ‖δ‖² of a row w and what is added to it. */
type Added = (w: Float32Array, index: number) => readonly [along: number, squares: number];

/**
 * What an adapter does to one tensor at scale 1, in float64. `whole` are the adapter's own tensors. Of large matrices
 * every n-th run of rows is read.
 */
export async function measuredModule(
  base: Weights,
  whole: Weights,
  change: AdapterChange,
  signal: Signal | undefined,
): Promise<Measured> {
  const { tensor } = change;
  const own = changedTensor(base, tensor);
  const magnitudes = isThin(change) && change.magnitude ? numbersOf(whole, thinNames(tensor).magnitude) : null;
  const product = isThin(change) ? productOf(whole, change) : null;
  const { shape } = isThin(change) ? (own as TensorInfo) : change.by.info;
  const columns = shape.at(-1) as number;
  const rows = shape.length > 1 ? (shape[0] as number) : 1;
  const step = Math.max(1, Math.floor(together / columns));
  const every = magnitudes ? 1 : Math.max(1, Math.ceil((rows * columns) / mostNumbers));
  const turned = magnitudes || !product ? 1 : Math.max(1, Math.floor(rows / every / sampledRows));
  const gain = magnitudes && new Float32Array(rows);
  const [angles, ratios]: number[][] = [[], []];
  let [size, apart, seen, read] = [0, 0, 0, 0];
  for (let first = 0; first < rows; first += step * every) {
    const count = Math.min(step, rows - first);
    const numbers = own ? rowsOf(base, own, first, count) : new Float32Array(count * columns);
    const added = product ? product.added : wholeRows(whole, tensor, first, count);
    for (let i = 0; i < count; i++) {
      const w = row(numbers, i, columns);
      const squares = dot(w, w);
      size += squares;
      read++;
      if (seen++ % turned !== 0) continue;
      const [along, others] = added(w, first + i);
      const sum = Math.sqrt(Math.max(0, squares + 2 * along + others));
      const factor = magnitudes && sum > 0 ? (magnitudes[first + i] as number) / sum : 1;
      if (gain) gain[first + i] = factor;
      const less = factor - 1;
      apart += Math.max(0, less * less * squares + 2 * less * factor * along + factor * factor * others);
      if (squares === 0) continue;
      const across = Math.sqrt(Math.max(0, squares * others - along * along));
      angles?.push((Math.atan2(across, squares + along) * 180) / Math.PI);
      ratios?.push((factor * sum) / Math.sqrt(squares));
    }
    await pause(signal);
  }
  const squares = product && !magnitudes ? product.squares * (read / rows) : apart;
  // Without a tensor of the base, all of it is added.
  if (!Number.isFinite(squares) || gain?.some((value) => !Number.isFinite(value))) throw notFinite(`${tensor} (ΔW)`);
  const relative = squares === 0 ? 0 : size === 0 ? 1 : Math.sqrt(squares / size);
  return {
    gain,
    module: {
      tensor,
      kind: isThin(change) ? (magnitudes ? 'dora' : 'lora') : tensor.endsWith('.bias') ? 'bias' : 'whole',
      rank: product && product.rank,
      relative,
      directions: product && product.directions,
      angle: shape.length > 1 ? (median(angles ?? []) ?? 0) : null,
      ratio: median(ratios ?? []) ?? 1,
      isZero: product ? product.squares === 0 && (!magnitudes || relative < rounding) : squares === 0,
    },
  };
}

/** Rows of scale · B·A, whose sizes follow from the products of A's rows with each other. */
function productOf(whole: Weights, { tensor, scale }: ThinChange) {
  const [a, b] = [numbersOf(whole, thinNames(tensor).down), numbersOf(whole, thinNames(tensor).up)];
  const rank = tensorOf(whole, thinNames(tensor).down).shape[0] as number;
  const columns = a.length / rank;
  const rows = b.length / rank;
  const turned = Float32Array.from(b, (_, i) => b[(i % rows) * rank + Math.floor(i / rows)] as number);
  const [ofA, ofB] = [gram(a, rank), gram(turned, rank)];
  const all = ofA.reduce((sum, products, i) => sum + dot(products, ofB[i] as Float64Array), 0);
  const squares = norm(b) === 0 ? 0 : scale * scale * Math.max(0, all);
  const added: Added = (w, index) => {
    const up = row(b, index, rank);
    let [along, others] = [0, 0];
    for (let k = 0; k < rank; k++) {
      const share = up[k] as number;
      if (share === 0) continue;
      along += share * dot(row(a, k, columns), w);
      others += share * dot(ofA[k] as Float64Array, up);
    }
    return [scale * along, scale * scale * others];
  };
  return { rank, squares, added, directions: squares === 0 ? 0 : directionsOf(singularSquares(ofA, ofB)) };
}

/** How many of the largest numbers are 90 % of all. */
function directionsOf(squares: readonly number[]): number {
  const most = 0.9 * squares.reduce((sum, square) => sum + square, 0);
  let sum = 0;
  return squares.findIndex((square) => (sum += square) >= most) + 1;
}

/** Rows of another tensor minus the base's. */
function wholeRows(whole: Weights, tensor: string, first: number, count: number): Added {
  const others = rowsOf(whole, tensorOf(whole, tensor), first, count);
  return (w, index) => {
    let [along, squares] = [0, 0];
    for (let i = 0; i < w.length; i++) {
      const added = (others[(index - first) * w.length + i] as number) - (w[i] as number);
      along += added * (w[i] as number);
      squares += added * added;
    }
    return [along, squares];
  };
}

const numbersOf = (weights: Weights, name: string): Float32Array => floats(weights, tensorOf(weights, name));

function rowsOf(weights: Weights, { name, type }: TensorInfo, first: number, count: number): Float32Array {
  return dequantised(type, weights.readRows(name, first, count));
}
