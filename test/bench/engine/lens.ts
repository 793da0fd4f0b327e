import type { LocalEngine } from '../../../src/engine/localEngine';
import { bareProduct } from '../bare';
import { prompts } from '../inputs';
import { inRounds, median, milliseconds, over, print, report, slowestCancel, timed, times } from '../measure';
import { rounds } from './options';

// `npm run bench -- lens [--rounds 7]`: the lens of 30 layers × 64 positions against the bare matrix products that it
// needs, in interleaved rounds of one process, the time until its first row, and how long a cancellation takes. Then
// the divergences of the same cells, the rows after attention, and the tokens that lead at the last position. The text
// has been run before, as it has in the panel.

const layers = 30;
const top = 5;

export async function lens(engine: LocalEngine): Promise<void> {
  const { text } = prompts['64'];
  const product = await bareProduct();
  await engine.run({ text });
  const all = { text, first: 1, count: layers };
  const rows = (count: number) => engine.lens({ text, first: 1, count, top });
  await rows(1);
  await times(3, product);
  /** A block, as the panel asks for it. */
  const block = { text, first: 27, count: 4, positions: { from: 0, to: 16 } };
  const found = await inRounds(rounds, {
    ours: () => timed(() => rows(layers)),
    bare: () => timed(() => times(layers, product)),
    first: () => timed(() => rows(1)),
    cancelled: () => slowestCancel((control) => engine.lens({ ...all, top }, control)),
    divergence: () => timed(() => engine.divergence(all)),
    ofBlock: () => timed(() => engine.divergence(block)),
    divergenceCancelled: () => slowestCancel((control) => engine.divergence(all, control)),
    afterAttention: () => timed(() => engine.lens({ ...all, after: 'attention', top })),
    leaders: () => timed(() => engine.leaders({ text, position: 63 })),
  });
  const of = (name: keyof typeof found) => milliseconds(median(found[name]));
  const most = (name: keyof typeof found) => milliseconds(Math.max(...found[name]));
  print(`medians of ${rounds} rounds`);
  report([
    [`lens, ${layers} layers × 64 positions, ${top} entries a cell`, of('ours'), ''],
    ['the bare products that it needs', of('bare'), ''],
    ['ratio, round by round', over(found.ours, found.bare), '≤ 1.3 ×'],
    ['first row', of('first'), '< 1 s'],
    ['cancelled, the slowest', most('cancelled'), '< 300 ms'],
    [`divergence, ${layers} layers × 64 positions`, of('divergence'), ''],
    ['divergence of a block, 4 layers × 16 positions', of('ofBlock'), '< 300 ms'],
    ['divergence cancelled, the slowest', most('divergenceCancelled'), '< 300 ms'],
    [`lens after attention, ${layers} layers × 64 positions`, of('afterAttention'), ''],
    [`leading tokens of a position, ${layers} layers`, of('leaders'), '< 300 ms'],
  ]);
}
