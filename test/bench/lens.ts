import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bareProduct, loadEngine } from './bare';
import { median, print, report, slowestCancel, timed, times } from './measure';

// `npm run bench:lens [-- --rounds 7]`: the lens of 30 layers × 64 positions against the bare matrix products that it
// needs, in interleaved rounds of one process, the time until its first row, and how long a cancellation takes. The
// text has been run before, as it has in the panel. Never fails on a time.

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } });
const rounds = Number(values.rounds);
const layers = 30;
/** Layers that take turns with as many bare products: what else the machine does meets both alike. */
const turn = 5;
const top = 5;

const prompts = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../test/fixtures/prompts.json', import.meta.url)), 'utf8'),
) as Record<'64', { text: string }>;
const { text } = prompts['64'];
const engine = await loadEngine();
const product = await bareProduct();
await engine.run({ text });

const lens = (first: number, count: number) => engine.lens({ text, first, count, top });
await lens(1, 1);
await times(3, product);

const ours: number[] = [];
const bare: number[] = [];
const first: number[] = [];
const cancels: number[] = [];
for (let round = 0; round < rounds; round++) {
  const sums = { ours: 0, bare: 0 };
  for (let layer = 1; layer <= layers; layer += turn) {
    sums.ours += await timed(() => lens(layer, turn));
    sums.bare += await timed(() => times(turn, product));
  }
  ours.push(sums.ours);
  bare.push(sums.bare);
  first.push(await timed(() => lens(1, 1)));
  cancels.push(await slowestCancel((control) => engine.lens({ text, first: 1, count: layers, top }, control)));
}

const milliseconds = (time: number) => `${time.toFixed(0)} ms`;
print(`medians of ${rounds} rounds`);
report([
  [`lens, ${layers} layers × 64 positions, ${top} entries a cell`, milliseconds(median(ours)), ''],
  ['the bare products that it needs', milliseconds(median(bare)), ''],
  ['ratio, round by round', median(ours.map((time, i) => time / (bare[i] as number))).toFixed(3), '≤ 1.3'],
  ['first row', milliseconds(median(first)), '< 1 s'],
  ['cancelled, the slowest', milliseconds(Math.max(...cancels)), '< 300 ms'],
]);
await engine.close();
process.exit();
