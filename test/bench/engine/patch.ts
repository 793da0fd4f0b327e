import { loadEngine } from '../bare';
import { median, print, report, slowestCancel, timed } from '../measure';
import { rounds, used } from './options';

// `npm run bench -- patch [--rounds 7]`: a grid of patches of all residuals at 12 positions, of two texts that differ
// from the first token on, over as many runs of the layers; its first row where the other text was not run before; the
// same for the outputs of attention; how long a cancellation takes; and the memory that stays. Never fails on a number.

const residuals = 31;
const positions = 12;

export async function patch(): Promise<void> {
  const engine = await loadEngine();
  const rest = ' people say that the capital of the country and its largest city is';
  const text = { text: `Many${rest}`, limit: positions };
  const other = { text: `Some${rest}`, limit: positions };
  const [first, second] = [1000, 2000];
  const asked = {
    ...{ ...text, other, tokens: [first, second] as const },
    ...{ position: positions - 1, otherPosition: positions - 1 },
  };
  const rows = (from: number, count: number, control = {}) =>
    engine.patch({ ...asked, part: 'residual', first: from, count }, control);
  const attention = () => engine.patch({ ...asked, part: 'attention', first: 0, count: residuals - 1 });

  const { length } = await engine.run(text);
  if (length !== positions) throw new Error(`The text has ${length} tokens; ${positions} were expected.`);
  await engine.twoTexts({ ...text, other });
  const before = used();
  const { rows: cells } = await rows(0, residuals);
  await attention();
  const kept = used() - before;
  const count = cells.reduce((sum, row) => sum + row.filter((share) => !Number.isNaN(share)).length, 0);

  const grids: number[] = [];
  const parts: number[] = [];
  const runs: number[] = [];
  const firstRows: number[] = [];
  const cancels: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // Each text begins otherwise, so that nothing of it was run before, and nothing but the layers runs.
    for (let own = 0; own < 10; own++)
      runs.push(
        await timed(() =>
          engine.dimensions({ text: `${own}${rest}`, limit: positions, position: positions - 1, layer: 30, count: 1 }),
        ),
      );
    await engine.run(text);
    grids.push(await timed(() => rows(0, residuals)));
    parts.push(await timed(attention));
    await engine.endTexts({});
    firstRows.push(await timed(() => rows(0, 1)));
    cancels.push(await slowestCancel((control) => rows(0, residuals, control)));
  }
  const run = median(runs);
  const over = (grid: number, all: number) => `${(grid / (all * run)).toFixed(2)} ×`;
  const milliseconds = (time: number) => `${time.toFixed(0)} ms`;
  print(`medians of ${rounds} rounds, ${positions} tokens`);
  report([
    ['one run of the layers', milliseconds(run), ''],
    [`residuals, ${residuals} rows × ${positions} positions, ${count} cells`, milliseconds(median(grids)), ''],
    ['over as many runs', over(median(grids), count), '≤ 0.6 ×'],
    ['first row, with the run of the other text', `${(median(firstRows) / 1000).toFixed(2)} s`, '≤ 1.5 s'],
    [`outputs of attention, ${residuals - 1} rows`, milliseconds(median(parts)), ''],
    ['over as many runs', over(median(parts), (residuals - 1) * positions), ''],
    ['cancelled, the slowest', milliseconds(Math.max(...cancels)), '≤ 300 ms'],
    ['memory kept beyond the two runs', `${Math.max(0, kept).toFixed(2)} MiB`, '≤ 20 MiB'],
  ]);
  await engine.close();
}
