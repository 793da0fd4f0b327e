import { bisectRight } from 'd3-array';
import { rangesOf, type TargetSizeResult } from '../../shared/lab';
import { said } from '../../shared/said';
import type { Ranked } from '../directions/ranking';
import { pause } from '../tasks/pause';
import { checkNumber, type Trial } from './experiment';
import { directionsFrom } from './samples';

const listed = 20;
const tenths = 10;
const batch = 256;

/** Counts how many random directions each token wins: the row with the largest dot product wins. */
export async function targetSize({
  model,
  options: { directions: total, seed },
  signal,
  report,
}: Trial<'target-size'>): Promise<TargetSizeResult> {
  const ranges = rangesOf('target-size');
  checkNumber(said`number of directions`, total, ranges.directions);
  checkNumber(said`seed`, seed, ranges.seed);
  const { matrix, sizes } = model.directions;
  const tenthOf = tenthsBySize(sizes.of);
  const draw = directionsFrom(seed, matrix.dimensions);
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
  for (let tried = 0; tried < total;) {
    const drawn = Array.from({ length: Math.min(batch, total - tried) }, () => draw());
    const found = await model.directions.search(drawn, { count: 1, lists: ['dot'], signal });
    for (const { ranked } of found) {
      const winner = (ranked.dot[0] as Ranked).id;
      wins.set(winner, (wins.get(winner) ?? 0) + 1);
    }
    tried += drawn.length;
    report(tried / total, result(tried));
    await pause(signal);
  }
  return result(total);
}

/** Maps an id to its tenth of the vocabulary by size, 0 for the smallest. Equal sizes share a tenth. */
function tenthsBySize(sizes: Float64Array): (id: number) => number {
  const sorted = Float64Array.from(sizes).sort();
  const borders = Array.from(
    { length: tenths - 1 },
    (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / tenths)] as number,
  );
  return (id) => bisectRight(borders, sizes[id] as number);
}
