import { bareProduct, loadEngine } from '../bare';
import { median, print, report, slowestCancel, timed, times } from '../measure';
import { prompts, rounds } from './options';

// `npm run bench -- lens [--rounds 7]`: the lens of 30 layers × 64 positions against the bare matrix products that it
// needs, in interleaved rounds of one process, the time until its first row, and how long a cancellation takes. Then
// the divergences of the same cells, the rows after attention, and the tokens that lead at the last position. The text
// has been run before, as it has in the panel. Never fails on a time.

const layers = 30;
/** Layers that take turns with as many bare products: what else the machine does meets both alike. */
const turn = 5;
const top = 5;

export async function lens(): Promise<void> {
  const engine = await loadEngine();
  const { text } = prompts['64'];
  const product = await bareProduct();
  await engine.run({ text });

  const lens = (first: number, count: number) => engine.lens({ text, first, count, top });
  await lens(1, 1);
  await times(3, product);

  const ours: number[] = [];
  const bare: number[] = [];
  const first: number[] = [];
  const cancels: number[] = [];
  /** A block, as the panel asks for it. */
  const block = { text, first: 27, count: 4, positions: { from: 0, to: 16 } };
  const others = {
    divergence: [] as number[],
    divergenceOfBlock: [] as number[],
    divergenceCancelled: [] as number[],
    afterAttention: [] as number[],
    leaders: [] as number[],
  };
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
    const all = { text, first: 1, count: layers };
    others.divergence.push(await timed(() => engine.divergence(all)));
    others.divergenceOfBlock.push(await timed(() => engine.divergence(block)));
    others.divergenceCancelled.push(await slowestCancel((control) => engine.divergence(all, control)));
    others.afterAttention.push(await timed(() => engine.lens({ ...all, after: 'attention', top })));
    others.leaders.push(await timed(() => engine.leaders({ text, position: 63 })));
  }

  const milliseconds = (time: number) => `${time.toFixed(0)} ms`;
  print(`medians of ${rounds} rounds`);
  report([
    [`lens, ${layers} layers × 64 positions, ${top} entries a cell`, milliseconds(median(ours)), ''],
    ['the bare products that it needs', milliseconds(median(bare)), ''],
    ['ratio, round by round', median(ours.map((time, i) => time / (bare[i] as number))).toFixed(3), '≤ 1.3'],
    ['first row', milliseconds(median(first)), '< 1 s'],
    ['cancelled, the slowest', milliseconds(Math.max(...cancels)), '< 300 ms'],
    [`divergence, ${layers} layers × 64 positions`, milliseconds(median(others.divergence)), ''],
    ['divergence of a block, 4 layers × 16 positions', milliseconds(median(others.divergenceOfBlock)), '< 300 ms'],
    ['divergence cancelled, the slowest', milliseconds(Math.max(...others.divergenceCancelled)), '< 300 ms'],
    [`lens after attention, ${layers} layers × 64 positions`, milliseconds(median(others.afterAttention)), ''],
    [`leading tokens of a position, ${layers} layers`, milliseconds(median(others.leaders)), '< 300 ms'],
  ]);
  await engine.close();
}
