import type { LocalEngine } from '../../../src/engine/localEngine';
import type { Steering } from '../../../src/shared/vectors/steering';
import { prompts } from '../inputs';
import { inRounds, median, milliseconds, over, print, report, slowestCancel, timed } from '../measure';
import { rounds } from './options';

// `npm run bench -- steer [--rounds 7]`: a steered run of 64 tokens over a plain one, in turn, the curve of seven
// strengths, and how long a cancellation takes. Both runs are whole, and their predictions are compared with those of
// the complete model: the plain one is an ablation of no parts.

const strengths = [-60, -40, -20, 0, 20, 40, 60];

export async function steer(engine: LocalEngine): Promise<void> {
  const { text } = prompts['64'];
  const { length } = await engine.run({ text });
  const question = { text, position: length - 1, count: 10 };
  const king = { expression: 'king - man', strength: 1, layer: null } as const;
  const plain = () => timed(() => engine.ablation({ ...question, ablated: { parts: [], by: 'zero' } }));
  const steered = (how: Steering['how']) =>
    timed(() => engine.steer({ ...question, steering: { ...king, how, positions: 'all' } }));
  const curve = (positions: Steering['positions'], control?: Parameters<LocalEngine['steerCurve']>[1]) =>
    engine.steerCurve({ ...question, strengths, steering: { ...king, how: 'add', positions } }, control);

  await plain();
  await steered('add');
  const found = await inRounds(rounds, {
    plain,
    added: () => steered('add'),
    removed: () => steered('remove'),
    last: () => timed(() => curve('last')),
    all: () => timed(() => curve('all')),
    cancelled: () =>
      slowestCancel((control) => {
        control.onProgress();
        return curve('all', control);
      }),
  });
  print(`medians of ${rounds} rounds, ${length} tokens`);
  report([
    ['a plain run and its prediction', milliseconds(median(found.plain)), ''],
    ['a vector added after every layer, over a plain run', over(found.added, found.plain), '≤ 1.1 ×'],
    ['a direction removed after every layer, over a plain run', over(found.removed, found.plain), '≤ 1.1 ×'],
    ['seven strengths at the last position, over a plain run', over(found.last, found.plain), ''],
    ['seven strengths at all positions, over a plain run', over(found.all, found.plain), ''],
    ['the curve cancelled, the slowest', milliseconds(Math.max(...found.cancelled)), '< 300 ms'],
  ]);
}
