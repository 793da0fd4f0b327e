import { bisectRight } from 'd3-array';
import type { TargetSizeOptions, TargetSizeResult } from '../../shared/lab';
import { batchRows, type Products } from '../directions';
import type { Model } from '../model';
import { pause } from '../pause';
import { dot } from '../vectors';
import { checkWhole, type EstimatingControl } from './lab';
import { directionsFrom } from './samples';

const listed = 20;
const tenths = 10;
/** Room for the error of a float32 product with a vector of length one, as a share of the row's size. */
const doubt = 2e-5;

/** Which token's row has the largest dot product with each of many random directions: how large a target is its size? */
export async function targetSize(model: Model, { directions: total, seed }: TargetSizeOptions, { signal, estimate }: EstimatingControl<TargetSizeResult>): Promise<TargetSizeResult> {
  checkWhole('number of directions', total, 1, 1_000_000);
  checkWhole('seed', seed, 0, 2 ** 31 - 1);
  const { matrix, sizes } = model.directions;
  const draw = directionsFrom(seed, matrix.dimensions);
  const tenthOf = tenthsBySize(sizes.of);
  const wins = new Map<number, number>();

  const result = (tried: number): TargetSizeResult => {
    const winsOf = new Array<number>(tenths).fill(0);
    for (const [id, count] of wins) (winsOf[tenthOf(id)] as number) += count;
    const top = [...wins].sort(([a, more], [b, other]) => other - more || a - b).slice(0, listed);
    return {
      winners: wins.size,
      never: model.vocabulary.length - wins.size,
      winsBySizeDecile: winsOf.map((count) => count / tried),
      top: top.map(([id, count]) => ({ id, text: model.tokenizer.textOf(id), size: sizes.of[id] as number, wins: count })),
    };
  };
  for (let begin = 0; begin < total; begin += batchRows) {
    const rows = Math.min(batchRows, total - begin);
    const queries = new Float32Array(rows * matrix.dimensions);
    for (let i = 0; i < rows; i++) queries.set(draw(), i * matrix.dimensions);
    const products = await model.directions.products(queries, rows, 0, signal);
    for (let i = 0; i < rows; i++) {
      const winner = largest(products.of(i), doubt * sizes.largest, (id) => dot(queries.subarray(i * matrix.dimensions, (i + 1) * matrix.dimensions), matrix.row(id)));
      wins.set(winner, (wins.get(winner) ?? 0) + 1);
    }
    estimate((begin + rows) / total, result(begin + rows));
    await pause(signal);
  }
  return result(total);
}

/** Id of the largest product; where float32 leaves a doubt, the exact ones decide. */
function largest(products: ReturnType<Products['of']>, room: number, exact: (id: number) => number): number {
  let greatest = -Infinity;
  for (const { dots } of products) for (let j = 0; j < dots.length; j++) if ((dots[j] as number) > greatest) greatest = dots[j] as number;
  const near: number[] = [];
  for (const { start, dots } of products) for (let j = 0; j < dots.length; j++) if ((dots[j] as number) >= greatest - room) near.push(start + j);
  if (near.length === 1) return near[0] as number;
  return near.map((id) => ({ id, value: exact(id) })).reduce((best, one) => (one.value > best.value ? one : best)).id;
}

/** The tenth of the vocabulary by size, 0 for the smallest; equal sizes share one. */
function tenthsBySize(sizes: Float64Array): (id: number) => number {
  const sorted = Float64Array.from(sizes).sort();
  const borders = Array.from({ length: tenths - 1 }, (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / tenths)] as number);
  return (id) => bisectRight(borders, sizes[id] as number);
}
