import { rank, selectionMargin } from '../../../src/engine/directions/ranking';
import { inSpace } from '../../../src/engine/directions/space';
import { roundTrip } from '../../../src/engine/lab/roundTrip';
import { targetSize } from '../../../src/engine/lab/targetSize';
import { loadModel } from '../../../src/engine/model/load';
import type { Model } from '../../../src/engine/model/model';
import { metrics, type ByMetric, type Metric } from '../../../src/shared/metrics';
import { passes, print } from '../../bench/measure';

// `npm run verify -- vocabulary`: the two claims about the whole vocabulary, on the default model against numbers
// of an independent implementation in float64.

const ways = ['raw', 'centred', 'normed'] as const;
/** Where a token's vector is compared: as it is, less the mean row, or after the final norm. */
type Way = (typeof ways)[number];

/** Tokens that do not come back, by the way on which they were sent. */
const expectedMisses: Readonly<Record<Way, ByMetric<number>>> = {
  raw: { euclidean: 11, dot: 44_116, cosine: 11 },
  centred: { euclidean: 11, dot: 5152, cosine: 11 },
  normed: { euclidean: 32_495, dot: 41_476, cosine: 16 },
};
/** Share of 40,000 random directions that the largest tenth of the tokens wins. */
const target = { directions: 40_000, seed: 1, share: 0.58, allowed: 0.02 };

export async function vocabulary(path: string): Promise<boolean> {
  const { model } = await loadModel({ path }, undefined, () => undefined);
  const rows: [string, string, string, boolean][] = [];
  const { misses, tried } = await roundTrip({ model, options: {}, signal: undefined, report: teller('round trip') });
  const { length } = model.vocabulary;
  rows.push(['round trip: tokens tried', String(length), String(tried), tried === length]);
  for (const way of ways)
    for (const metric of metrics) {
      const [expected, measured] = [expectedMisses[way][metric], misses[way]?.[metric] ?? NaN];
      const isSame = measured === expected || Math.abs(measured - expected) <= (await tiesOf(model, way, metric));
      rows.push([`round trip, ${way}, by ${metric}: misses`, String(expected), String(measured), isSame]);
    }
  const tellTarget = teller('size of the target');
  const { winsBySizeDecile } = await targetSize({ model, options: target, signal: undefined, report: tellTarget });
  const share = winsBySizeDecile.at(-1) ?? NaN;
  rows.push([
    `the largest tenth of the tokens wins, of ${target.directions} directions`,
    `${(100 * target.share).toFixed(0)} ± ${(100 * target.allowed).toFixed(0)} %`,
    `${(100 * share).toFixed(2)} %`,
    Math.abs(share - target.share) <= target.allowed,
  ]);
  await model.release();
  return passes(rows);
}

/** Tells every twentieth of the way. */
function teller(what: string): (fraction: number) => void {
  let told = 0;
  return (fraction) => {
    if (fraction < told + 0.05) return;
    told = fraction;
    print(`${what}: ${(100 * fraction).toFixed(0)} %`);
  };
}

/** Tokens that go through the rows together. */
const together = 256;
/** Relative. */
const tied = 1e-5;

/**
 * Prints all tokens of which it hangs on rounding whether they come back: their own row and the best other one are a
 * tie by a metric. Equal rows are none: the lower id comes first. Returns how many they are.
 */
async function tiesOf(model: Model, way: Way, metric: Metric): Promise<number> {
  const tell = teller('ties');
  const { directions, embedding } = model;
  const { vocabulary } = directions.matrix;
  const space = way === 'centred' ? await directions.centred() : directions.raw;
  let ties = 0;
  for (let first = 0; first < vocabulary; first += together) {
    const ids = Array.from({ length: Math.min(together, vocabulary - first) }, (_, i) => first + i);
    const queries = ids.map((id) =>
      Float32Array.from(way === 'normed' ? model.finalNorm(embedding.row(id)) : inSpace(embedding.row(id), space)),
    );
    const found = await directions.search(queries, { count: 2 + selectionMargin, lists: [metric], space });
    ids.forEach((id, i) => {
      const query = queries[i] as Float32Array;
      const [own] = rank(directions, space, metric, query, [id], 1);
      const [best] = rank(
        directions,
        space,
        metric,
        query,
        (found[i]?.ranked[metric] ?? []).map((other) => other.id).filter((other) => other !== id),
        1,
      );
      const [mine = NaN, other = NaN] = [own?.value, best?.value];
      if (mine === other || !(Math.abs(mine - other) <= tied * Math.max(Math.abs(mine), Math.abs(other)))) return;
      ties++;
      print(`  ${id} “${model.tokenizer.textOf(id)}”: its own ${mine}, the best other ${other}`);
    });
    tell((first + ids.length) / vocabulary);
  }
  return ties;
}
