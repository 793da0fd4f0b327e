import { bisectRight } from 'd3-array';
import type { TargetSizeOptions, TargetSizeResult } from '../../shared/lab';
import type { Model } from '../model/model';
import { pause } from '../tasks/pause';
import type { Ranked } from '../directions/ranking';
import { checkWhole, type EstimatingControl } from './experiment';
import { directionsFrom } from './samples';

const listed = 20;
const tenths = 10;
/** Directions that go through the rows together. */
const together = 256;

/**
 * Which token's row has the largest dot product with each of many random directions: how large a target is its size?
 */
export async function targetSize(
  model: Model,
  { directions: total, seed }: TargetSizeOptions,
  { signal, estimate }: EstimatingControl<TargetSizeResult>,
): Promise<TargetSizeResult> {
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
      top: top.map(([id, count]) => ({
        id,
        text: model.tokenizer.textOf(id),
        size: sizes.of[id] as number,
        wins: count,
      })),
    };
  };
  for (let begin = 0; begin < total; begin += together) {
    const queries = Array.from({ length: Math.min(together, total - begin) }, () => draw());
    for (const { ranked } of await model.directions.search(queries, { count: 1, lists: ['dot'], signal })) {
      const winner = (ranked.dot[0] as Ranked).id;
      wins.set(winner, (wins.get(winner) ?? 0) + 1);
    }
    const tried = begin + queries.length;
    estimate(tried / total, result(tried));
    await pause(signal);
  }
  return result(total);
}

/** The tenth of the vocabulary by size, 0 for the smallest; equal sizes share one. */
function tenthsBySize(sizes: Float64Array): (id: number) => number {
  const sorted = Float64Array.from(sizes).sort();
  const borders = Array.from(
    { length: tenths - 1 },
    (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / tenths)] as number,
  );
  return (id) => bisectRight(borders, sizes[id] as number);
}
