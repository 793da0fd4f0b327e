import { parseArgs } from 'node:util';
import { defaultModel } from '../../src/shared/defaultModel';
import { isCancelled } from '../../src/shared/errors';
import { builtWorker, startEngine } from '../bench/engineUnderTest';
import { sectionsOf } from '../bench/files/memory';
import { modelPath, prompts } from '../bench/inputs';
import { print } from '../bench/measure';
import { randomOf, type Random } from '../unit/support/mutations';

// `npm run verify -- soak [--count 2000] [--seed 1] [--longest 400]`: mixed requests to the default model, of
// every section of the panel, a third of all cancelled at random. Ends with 1 where memory still grows in the last
// quarter or the probe's numbers change.

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    longest: { type: 'string', default: '400' },
  },
});
const count = Number(values.count);
const random = randomOf(Number(values.seed), 0);

/** Memory of the last quarter over that of the third. A heap takes a while to reach its size: the first may grow. */
const mostGrowth = 0.05;
/** Requests between two looks at the memory. */
const betweenLooks = 10;
/** Characters. */
const longestText = Number(values.longest);

const { engine, memory, end } = startEngine(builtWorker());
const model = await engine.load({ path: modelPath, sha256: defaultModel.sha256 });
if (!model.trunk) throw new Error('The default model has no layers.');
const { layers, heads } = model.trunk;
const source = Object.values(prompts)
  .map(({ text }) => text)
  .join('\n');

const someText = (): string => {
  const first = random(source.length - longestText);
  return source.slice(first, first + 1 + random(longestText));
};
/** All that is said of the probe, with all digits. */
const probe = async (): Promise<string> =>
  JSON.stringify(
    await engine.inspect({ text: 'The capital of France is', neighbours: 5, top: 10, layers: true, centred: false }),
  );

/** A random section of the panel, asked for with random parts of the texts and of the model. */
function someRequest(): (control: { readonly signal: AbortSignal }) => Promise<unknown> {
  const asked = {
    ...{ text: someText(), position: 0, id: random(model.vocabulary), rows: 4 },
    head: { layer: random(layers), head: random(heads) },
  };
  // Inspections more often, as a person asks for them.
  const sections = sectionsOf(engine, model, asked);
  const [, ask] = sections[random(3) === 0 ? 0 : random(sections.length)] ?? [];
  return ask as NonNullable<typeof ask>;
}

/** Runs a work; every third is cancelled after a random time. */
async function maybeCancelled(work: ReturnType<typeof someRequest>, chance: Random): Promise<void> {
  const abort = new AbortController();
  const timer = chance(3) === 0 ? setTimeout(() => abort.abort(), chance(300)) : undefined;
  try {
    await work({ signal: abort.signal });
  } catch (error) {
    if (!isCancelled(error)) throw error;
  } finally {
    clearTimeout(timer);
  }
}

const before = await probe();
const looks: { readonly engine: number; readonly own: number }[] = [];
for (let i = 0; i < count; i++) {
  await maybeCancelled(someRequest(), random);
  if (i % betweenLooks === 0) looks.push({ engine: memory(), own: process.memoryUsage.rss() / 2 ** 20 });
  if ((i + 1) % 200 === 0) {
    if ((await probe()) !== before) throw new Error(`After ${i + 1} requests the probe gives other numbers.`);
    print(
      `${i + 1} requests: engine ${looks.at(-1)?.engine.toFixed(0)} MiB, this process ${looks.at(-1)?.own.toFixed(0)} MiB`,
    );
  }
}
await end();

const quarter = Math.floor(looks.length / 4);
const mean = (part: typeof looks, of: keyof (typeof looks)[number]) =>
  part.reduce((sum, look) => sum + look[of], 0) / part.length;
let failed = false;
for (const which of ['engine', 'own'] as const) {
  const quarters = [0, 1, 2, 3].map((at) => mean(looks.slice(at * quarter, (at + 1) * quarter), which));
  const [, , third = NaN, last = NaN] = quarters;
  const growth = last / third - 1;
  failed ||= growth > mostGrowth;
  print(
    `${which === 'engine' ? 'the engine’s process' : 'this process'}: ${quarters.map((one) => one.toFixed(0)).join(', ')} MiB in each quarter (the last ${(100 * growth).toFixed(1)} % over the third, at most ${100 * mostGrowth} %)${growth > mostGrowth ? ': OFF' : ''}`,
  );
}
print(failed ? 'OFF' : `ok: ${count} requests, the probe’s numbers unchanged to the bit`);
process.exit(failed ? 1 : 0);
