import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { defaultModel } from '../../src/shared/defaultModel';
import { isCancelled } from '../../src/shared/errors';
import type { Inspection } from '../../src/shared/inspection';
import { builtWorker, startEngine } from '../bench/engineUnderTest';
import { print } from '../bench/measure';
import { randomOf, type Random } from '../unit/support/mutations';

// `npm run verify:soak [-- --count 2000] [-- --seed 1]`: inspections of the default model with neighbours, lens,
// vectorscope and experiments between them, a third of all cancelled at random. Ends with 1 where memory grows or the
// probe's numbers change.

const { values } = parseArgs({
  options: { count: { type: 'string', default: '2000' }, seed: { type: 'string', default: '1' } },
});
const count = Number(values.count);
const random = randomOf(Number(values.seed), 0);
const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

/** Memory of the last quarter over that of the first. */
const mostGrowth = 0.05;
/** Inspections between two looks at the memory. */
const betweenLooks = 10;
const longestText = 400;

const { engine, memory, end } = startEngine(builtWorker());
await engine.load({ path: path(defaultModel.path), sha256: defaultModel.sha256 });
const source = Object.values(
  JSON.parse(readFileSync(path('test/fixtures/prompts.json'), 'utf8')) as Record<string, { readonly text: string }>,
)
  .map(({ text }) => text)
  .join('\n');
const { vocabulary } = await engine.load({ path: path(defaultModel.path), sha256: defaultModel.sha256 });

const someText = (): string => {
  const first = random(source.length - longestText);
  return source.slice(first, first + 1 + random(longestText));
};
const inspect = (text: string, signal?: AbortSignal): Promise<Inspection> =>
  engine.inspect({ text, neighbours: 5, top: 10, layers: true, centred: false }, signal && { signal });
/** All that is said of the probe, with all digits. */
const probe = async (): Promise<string> => JSON.stringify(await inspect('The capital of France is'));

const others: readonly ((signal: AbortSignal) => Promise<unknown>)[] = [
  (signal) => engine.neighbours({ id: random(vocabulary), count: 5, centred: random(2) === 0 }, { signal }),
  (signal) => engine.token(random(vocabulary), { signal }),
  (signal) =>
    engine.scope(
      { axis: { kind: 'token', id: random(vocabulary), side: 'input' }, centred: false, count: 10 },
      { signal },
    ),
  (signal) => engine.lens({ text: someText(), first: 1, count: 4, top: 3 }, { signal }),
  (signal) => engine.lab({ name: 'round-trip', options: { sample: 64 } }, { signal }),
];

/** Runs a work; every third is cancelled after a random time. */
async function maybeCancelled(work: (signal: AbortSignal) => Promise<unknown>, chance: Random): Promise<void> {
  const abort = new AbortController();
  const timer = chance(3) === 0 ? setTimeout(() => abort.abort(), chance(300)) : undefined;
  try {
    await work(abort.signal);
  } catch (error) {
    if (!isCancelled(error)) throw error;
  } finally {
    clearTimeout(timer);
  }
}

const before = await probe();
const looks: { readonly engine: number; readonly own: number }[] = [];
for (let i = 0; i < count; i++) {
  await maybeCancelled((signal) => inspect(someText(), signal), random);
  if (random(4) === 0) await maybeCancelled(others[random(others.length)] as (typeof others)[number], random);
  if (i % betweenLooks === 0) looks.push({ engine: memory(), own: process.memoryUsage.rss() / 2 ** 20 });
  if ((i + 1) % 200 === 0) {
    if ((await probe()) !== before) throw new Error(`After ${i + 1} inspections the probe gives other numbers.`);
    print(
      `${i + 1} inspections: engine ${looks.at(-1)?.engine.toFixed(0)} MiB, this process ${looks.at(-1)?.own.toFixed(0)} MiB`,
    );
  }
}
await end();

const quarter = Math.floor(looks.length / 4);
const mean = (part: typeof looks, of: keyof (typeof looks)[number]) =>
  part.reduce((sum, look) => sum + look[of], 0) / part.length;
let failed = false;
for (const which of ['engine', 'own'] as const) {
  const [first, last] = [mean(looks.slice(0, quarter), which), mean(looks.slice(-quarter), which)];
  const growth = last / first - 1;
  failed ||= growth > mostGrowth;
  print(
    `${which === 'engine' ? 'the engine’s process' : 'this process'}: ${first.toFixed(0)} MiB in the first quarter, ${last.toFixed(0)} in the last (${(100 * growth).toFixed(1)} %, at most ${100 * mostGrowth} %)${growth > mostGrowth ? ': OFF' : ''}`,
  );
}
print(failed ? 'OFF' : `ok: ${count} inspections, the probe’s numbers unchanged to the bit`);
process.exit(failed ? 1 : 0);
