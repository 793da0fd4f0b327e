import type { LocalEngine } from '../../../src/engine/localEngine';
import { prompts } from '../inputs';
import { inRounds, median, milliseconds, print, report, timed } from '../measure';
import { rounds, used } from './options';

// `npm run bench -- attention [--rounds 7]`: attention head by head after a run of 64 tokens, for one head and for the
// grid of all heads at the last position, each with pushes; a run without a head over a whole one; and the memory that
// it keeps after a run of 512 tokens.

const layers = 30;
const perLayer = 9;

export async function attention(engine: LocalEngine): Promise<void> {
  const short = { text: prompts['64'].text };
  const { length } = await engine.run(short);
  const position = length - 1;
  const output = (await engine.journey({ ...short, position })).output.id;
  const one = (round: number) => {
    const head = { layer: (7 * round) % layers, head: round % perLayer };
    return timed(() => engine.headView({ ...short, ...head, position, output, count: 8 }));
  };
  const first = await one(0);
  // Each text begins otherwise, so that nothing of it was run before.
  const question = (round: number) =>
    ({ text: `${round} ${short.text}`, neighbours: 0, top: 1, layers: false, centred: false }) as const;
  const without = (round: number) =>
    ({ parts: [{ kind: 'head', layer: round % layers, head: round % perLayer }], by: 'zero' }) as const;
  const found = await inRounds(rounds, {
    head: (round) => one(round + 1),
    grid: () => timed(() => engine.headGrid({ ...short, position, output })),
  });
  const runs = await inRounds(rounds, {
    whole: (round) => timed(() => engine.inspect(question(round))),
    without: (round) => timed(() => engine.inspect({ ...question(round), ablated: without(round) })),
  });

  const long = { text: prompts['256'].text.repeat(3), limit: 512 };
  const { length: all } = await engine.run(long);
  const before = used();
  const last = { ...long, position: all - 1 };
  const inside = await inRounds(rounds, {
    scores: (round) =>
      timed(() => engine.headScores({ ...last, layer: round % layers, head: round % perLayer, curve: 'most' })),
    grid: () => timed(() => engine.headGrid({ ...last, output })),
    neurons: () => timed(() => engine.neurons({ ...last, output, count: 20 })),
    neuron: (round) =>
      timed(() => engine.neuronView({ ...last, output, layer: round % layers, index: round, count: 8 })),
  });
  const stopped = await inRounds(rounds, {
    cancel: () => {
      const stop = new AbortController();
      // A layer holds the thread, so the stop itself may come late.
      const due = performance.now() + 20;
      const work = engine.headGrid({ ...last, output }, { signal: stop.signal }).catch(() => undefined);
      return new Promise<number>((resolve) => {
        setTimeout(() => {
          stop.abort();
          void work.then(() => resolve(performance.now() - due));
        }, 20);
      });
    },
  });
  const ablated = { parts: [{ kind: 'attention', layer: 3 }], by: 'mean' } as const;
  await engine.ablation({ ...long, position: all - 1, count: 10, ablated });
  const kept = used() - before;

  print(`medians of ${rounds} rounds, ${length} tokens`);
  report([
    ['one head with its tokens, the first time', milliseconds(first, 1), '< 50 ms'],
    ['one head with its tokens', milliseconds(median(found.head), 1), '< 50 ms'],
    [`the grid of ${layers * perLayer} heads at one position`, milliseconds(median(found.grid), 1), '< 150 ms'],
    [`why a head looks there, of ${all} keys`, milliseconds(median(inside.scores), 1), '≤ 60 ms'],
    [`the grid of all heads, of ${all} keys`, milliseconds(median(inside.grid), 1), '≤ 400 ms'],
    ['until that ends once it is stopped', milliseconds(median(stopped.cancel), 1), '≤ 100 ms'],
    ['neurons of all layers at one position', milliseconds(median(inside.neurons), 1), '≤ 120 ms'],
    [`one neuron at ${all} positions, with its rows`, milliseconds(median(inside.neuron), 1), ''],
    [`memory kept after a run of ${all} tokens`, `${Math.max(0, kept).toFixed(2)} MiB`, '≤ 20 MiB'],
    ['a run without a head, over a run', `${(median(runs.without) / median(runs.whole)).toFixed(2)} ×`, '≤ 1.1 ×'],
  ]);
}
