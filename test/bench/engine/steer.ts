import type { Steering } from '../../../src/shared/vectors/steering';
import { loadEngine } from '../bare';
import { median, print, report, slowestCancel, timed } from '../measure';
import { prompts, rounds } from './options';

// `npm run bench -- steer [--rounds 7]`: a steered run of 64 tokens over a plain one, in turn, the curve of seven
// strengths, and how long a cancellation takes. Both runs are whole, and their predictions are compared with those of
// the complete model: the plain one is an ablation of no parts. Never fails on a time.

const strengths = [-60, -40, -20, 0, 20, 40, 60];

export async function steer(): Promise<void> {
  const engine = await loadEngine();
  const { text } = prompts['64'];
  const { length } = await engine.run({ text });
  const question = { text, position: length - 1, count: 10 };
  const everywhere = (how: Steering['how']): Steering => ({
    ...{ expression: 'king - man', how, strength: 1, layer: null, positions: 'all' },
  });
  const plain = () => engine.ablation({ ...question, ablated: { parts: [], by: 'zero' } });
  const steered = (steering: Steering) => engine.steer({ ...question, steering });
  const curve = (positions: Steering['positions']) => ({
    ...question,
    ...{ strengths, steering: { ...everywhere('add'), positions } },
  });

  const plains: number[] = [];
  const added: number[] = [];
  const removed: number[] = [];
  const curves = { last: [] as number[], all: [] as number[] };
  const cancels: number[] = [];
  await plain();
  await steered(everywhere('add'));
  for (let round = 0; round < rounds; round++) {
    plains.push(await timed(plain));
    added.push(await timed(() => steered(everywhere('add'))));
    removed.push(await timed(() => steered(everywhere('remove'))));
    for (const positions of ['last', 'all'] as const)
      curves[positions].push(await timed(() => engine.steerCurve(curve(positions))));
    cancels.push(
      await slowestCancel((control) => {
        control.onProgress();
        return engine.steerCurve(curve('all'), control);
      }),
    );
  }

  const over = (times: readonly number[]) =>
    `${median(times.map((time, i) => time / (plains[i] as number))).toFixed(2)} ×`;
  print(`medians of ${rounds} rounds, ${length} tokens`);
  report([
    ['a plain run and its prediction', `${median(plains).toFixed(0)} ms`, ''],
    ['a vector added after every layer, over a plain run', over(added), '≤ 1.1 ×'],
    ['a direction removed after every layer, over a plain run', over(removed), '≤ 1.1 ×'],
    ['seven strengths at the last position, over a plain run', over(curves.last), ''],
    ['seven strengths at all positions, over a plain run', over(curves.all), ''],
    ['the curve cancelled, the slowest', `${Math.max(...cancels).toFixed(0)} ms`, '< 300 ms'],
  ]);
  await engine.close();
}
