import { setImmediate } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { print } from '../bench/measure';
import { randomOf } from '../unit/support/mutations';
import { mostOfRenderers, rendering } from './rendering';
import { seed } from './run';
import { hostileTemplate } from './templates';

// Renders `--count` hostile chat templates, each in a process of its own, which must end in
// a text or in a sentence, within its time and memory. Exits with 1 if anything failed.
//
// `npm run verify -- templates --count 1000 --from 0`, with VECTORSCOPE_FUZZ_SEED for others,
// and `--print` to see the template of each failure.

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '1000' },
    from: { type: 'string', default: '0' },
    print: { type: 'boolean', default: false },
  },
});
const [from, count] = [Number(values.from), Number(values.count)];

/** Milliseconds: its two seconds, and the time that a process takes to be ended on a machine with other work. */
const longest = 4000;
/** What the sentence names, with what Node takes itself. */
const mostBytes = 96 * 2 ** 20;
/** That this process may grow by: each answer comes through it. */
const mostGrown = 256 * 2 ** 20;

const ends = new Map<string, number>();
let [failed, slowest] = [0, 0];
let largest = { bytes: 0, of: '' };
const before = process.memoryUsage.rss();

for (let number = from; number < from + count; number++) {
  const { template, what } = hostileTemplate(randomOf(seed, number));
  const watch = { most: 0 };
  const timer = setInterval(() => (watch.most = Math.max(watch.most, mostOfRenderers())), 20);
  const { ended, said, took, faults } = await rendering(template);
  clearInterval(timer);
  slowest = Math.max(slowest, took);
  if (watch.most > largest.bytes) largest = { bytes: watch.most, of: `${number} (${what})` };
  const kind = ended === 'text' ? 'text' : said.replace(/“.*”/s, '“…”');
  ends.set(kind, (ends.get(kind) ?? 0) + 1);
  const failures = [
    ...faults,
    ...(took > longest ? [`took ${Math.round(took)} ms`] : []),
    ...(watch.most > mostBytes ? [`its process had ${Math.round(watch.most / 2 ** 20)} MiB`] : []),
  ];
  for (const failure of failures) {
    failed++;
    print(`VECTORSCOPE_FUZZ_SEED=${seed}, template ${number} (${what}): ${failure}`);
    if (values.print) print(template.slice(0, 2000));
  }
  if ((number + 1 - from) % 100 === 0) print(`${number + 1 - from} of ${count}: ${failed} failures`);
  await setImmediate();
}

const grown = process.resourceUsage().maxRSS * 1024 - before;
if (grown > mostGrown) {
  failed++;
  print(`this process grew by ${Math.round(grown / 2 ** 20)} MiB`);
}
for (const [end, times] of [...ends].toSorted(([, a], [, b]) => b - a)) print(`${times}: ${end.slice(0, 200)}`);
print(
  `${count} hostile templates from ${from} on, seed ${seed}; the slowest took ${Math.round(slowest)} ms, the largest process had ${Math.round(largest.bytes / 2 ** 20)} MiB for template ${largest.of}, and this one grew by ${Math.round(grown / 2 ** 20)} MiB`,
);
print(`${failed} failures`);
process.exit(failed > 0 ? 1 : 0);
