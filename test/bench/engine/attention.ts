import { loadEngine } from '../bare';
import { median, print, report, timed } from '../measure';
import { prompts, rounds, used } from './options';

// `npm run bench -- attention [--rounds 7]`: attention head by head after a run of 64 tokens, for one head and for the
// grid of all heads at the last position, each with pushes; the memory that it keeps after a run of 512 tokens; and how
// far the heads' pushes are from the journey's. Never fails on a number.

const layers = 30;
const perLayer = 9;

export async function attention(): Promise<void> {
  const engine = await loadEngine();

  const short = { text: prompts['64'].text };
  const { length } = await engine.run(short);
  const here = { positions: { from: length - 1, to: length } };
  const { output, push } = await engine.journey({ ...short, position: length - 1 });
  const position = length - 1;
  const one = (round: number) =>
    engine.headView({
      ...short,
      ...{ position, output: output.id, layer: (7 * round) % layers, head: round % perLayer, count: 8 },
    });
  const grid = () => engine.headGrid({ ...short, position, output: output.id });
  const first = await timed(() => one(0));
  const heads: number[] = [];
  const grids: number[] = [];
  for (let round = 0; round < rounds; round++) {
    heads.push(await timed(() => one(round + 1)));
    grids.push(await timed(grid));
  }
  const pushes = push.attention.map((_, layer) => ({ layer, sum: 0 }));
  for (const head of (await engine.attention({ ...short, ...here, output: output.id })).heads)
    (pushes[head.layer] as { sum: number }).sum += head.push?.[0] ?? NaN;
  const furthest = Math.max(...pushes.map(({ layer, sum }) => Math.abs(sum - (push.attention[layer] as number))));

  const whole: number[] = [];
  const without: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // Each text begins otherwise, so that nothing of it was run before.
    const text = `${round} ${short.text}`;
    whole.push(await timed(() => engine.inspect({ text, neighbours: 0, top: 1, layers: false, centred: false })));
    without.push(
      await timed(() =>
        engine.inspect({
          ...{ text, neighbours: 0, top: 1, layers: false, centred: false },
          ablated: { parts: [{ kind: 'head', layer: round % layers, head: round % perLayer }], by: 'zero' },
        }),
      ),
    );
  }

  const long = { text: prompts['256'].text.repeat(3), limit: 512 };
  const { length: all } = await engine.run(long);
  const before = used();
  for (const position of [all - 2, all - 1]) await engine.headGrid({ ...long, position, output: output.id });
  await engine.ablation({
    ...{ ...long, position: all - 1, count: 10 },
    ablated: { parts: [{ kind: 'attention', layer: 3 }], by: 'mean' },
  });
  const kept = used() - before;

  print(`medians of ${rounds} rounds, ${length} tokens`);
  report([
    ['one head with its tokens, the first time', `${first.toFixed(1)} ms`, '< 50 ms'],
    ['one head with its tokens', `${median(heads).toFixed(1)} ms`, '< 50 ms'],
    [`the grid of ${layers * perLayer} heads at one position`, `${median(grids).toFixed(1)} ms`, '< 150 ms'],
    [`memory kept after a run of ${all} tokens`, `${Math.max(0, kept).toFixed(2)} MiB`, '≤ 20 MiB'],
    ['a run without a head, over a run', `${(median(without) / median(whole)).toFixed(2)} ×`, '≤ 1.1 ×'],
    ['the heads’ pushes against the journey’s, the furthest layer', furthest.toExponential(1), '≤ 1e-4'],
  ]);
  await engine.close();
}
