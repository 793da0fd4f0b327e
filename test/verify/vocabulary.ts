import { fileURLToPath } from 'node:url';
import { roundTrip } from '../../src/engine/lab/roundTrip';
import { targetSize } from '../../src/engine/lab/targetSize';
import { loadModel } from '../../src/engine/model/load';
import { defaultModel } from '../../src/shared/defaultModel';
import { metrics, type ByMetric } from '../../src/shared/metrics';
import { table } from '../../src/tools/text';
import { tiesOf, ways, type Way } from './ties';

// `npm run verify -- vocabulary`: the two claims about the whole vocabulary, on the default model against numbers
// of an independent implementation in float64. Prints what was expected beside what was measured; ends with 1 where
// something is off. Takes a few minutes.

/** Tokens that do not come back, by the way on which they were sent. */
const expectedMisses: Readonly<Record<Way, ByMetric<number>>> = {
  raw: { euclidean: 11, dot: 44_116, cosine: 11 },
  centred: { euclidean: 11, dot: 5152, cosine: 11 },
  normed: { euclidean: 32_495, dot: 41_476, cosine: 16 },
};
/** Share of 40,000 random directions that the largest tenth of the tokens wins. */
const target = { directions: 40_000, seed: 1, share: 0.58, allowed: 0.02 };

const print = (line: string) => process.stdout.write(`${line}\n`);
const { model } = await loadModel(
  { path: fileURLToPath(new URL(`../../${defaultModel.path}`, import.meta.url)), sha256: defaultModel.sha256 },
  undefined,
  () => {},
);

/** Tells every twentieth of the way. */
function teller(what: string): (fraction: number) => void {
  const start = performance.now();
  let told = 0;
  return (fraction) => {
    if (fraction < told + 0.05) return;
    told = fraction;
    print(`${what}: ${(100 * fraction).toFixed(0)} %, ${((performance.now() - start) / 1000).toFixed(0)} s`);
  };
}

const rows: string[][] = [];
let off = 0;
const row = (what: string, expected: string, measured: string, ok: boolean, remark = '') => {
  rows.push([what, expected, measured, ok ? `ok${remark}` : `OFF${remark}`]);
  if (!ok) off++;
};

/** A count may differ by tokens whose own row and another's are a tie within 1e-5; each of them is printed. */
async function checkCount(
  way: Way,
  metric: (typeof metrics)[number],
  expected: number,
  measured: number,
): Promise<void> {
  const difference = Math.abs(measured - expected);
  const what = `round trip, ${way}, by ${metric}: misses`;
  if (difference === 0) return row(what, String(expected), String(measured), true);
  print(`${what}: ${measured}, expected ${expected}; tokens that are a tie are looked for`);
  const ties = await tiesOf(model, way, metric, teller('ties'));
  for (const { id, own, best } of ties)
    print(`  ${id} “${model.tokenizer.textOf(id)}”: its own ${own}, the best other ${best}`);
  return row(what, String(expected), String(measured), difference <= ties.length, `, ${ties.length} ties`);
}

const tellTrip = teller('round trip');
const { misses, tried } = await roundTrip({ model, options: {}, signal: undefined, report: tellTrip });
row('round trip: tokens tried', String(model.vocabulary.length), String(tried), tried === model.vocabulary.length);
for (const way of ways)
  for (const metric of metrics)
    await checkCount(way, metric, expectedMisses[way][metric], misses[way]?.[metric] ?? NaN);

const tellTarget = teller('size of the target');
const { winsBySizeDecile } = await targetSize({ model, options: target, signal: undefined, report: tellTarget });
const share = winsBySizeDecile.at(-1) ?? NaN;
row(
  `the largest tenth of the tokens wins, of ${target.directions} directions`,
  `${(100 * target.share).toFixed(0)} ± ${(100 * target.allowed).toFixed(0)} %`,
  `${(100 * share).toFixed(2)} %`,
  Math.abs(share - target.share) <= target.allowed,
);

print(`\n${table(['', 'expected', 'measured', ''], rows, 'lrrl')}`);
await model.release();
process.exit(off > 0 ? 1 : 0);
