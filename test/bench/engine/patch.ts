import type { LocalEngine } from '../../../src/engine/localEngine';
import { inRounds, median, milliseconds, print, report, seconds, slowestCancel, timed } from '../measure';
import { rounds, used } from './options';

// `npm run bench -- patch [--rounds 7]`: a grid of patches of all residuals at 12 positions, of two texts that differ
// from the first token on, over as many runs of the layers; its first row where the other text was not run before; the
// same for the outputs of attention; how long a cancellation takes; and the memory that stays.

const residuals = 31;
const positions = 12;

export async function patch(engine: LocalEngine): Promise<void> {
  const rest = ' people say that the capital of the country and its largest city is';
  const text = { text: `Many${rest}`, limit: positions };
  const other = { text: `Some${rest}`, limit: positions };
  const position = positions - 1;
  const asked = { ...text, other, tokens: [1000, 2000] as const, position, otherPosition: position };
  const rows = (count: number, control = {}) => engine.patch({ ...asked, part: 'residual', first: 0, count }, control);
  const attention = () => engine.patch({ ...asked, part: 'attention', first: 0, count: residuals - 1 });

  const { length } = await engine.run(text);
  if (length !== positions) throw new Error(`The text has ${length} tokens; ${positions} were expected.`);
  await engine.twoTexts({ ...text, other });
  const before = used();
  const { rows: cells } = await rows(residuals);
  await attention();
  const kept = used() - before;
  const count = cells.reduce((sum, row) => sum + row.filter((share) => !Number.isNaN(share)).length, 0);

  const found = await inRounds(rounds, {
    runs: async () => {
      let sum = 0;
      // Each text begins otherwise, so that nothing of it was run before, and nothing but the layers runs.
      for (let own = 0; own < 10; own++)
        sum += await timed(() =>
          engine.dimensions({ text: `${own}${rest}`, limit: positions, position, layer: 30, count: 1 }),
        );
      await engine.run(text);
      return sum / 10;
    },
    grid: () => timed(() => rows(residuals)),
    parts: () => timed(attention),
    firstRow: async () => {
      await engine.endTexts({});
      return timed(() => rows(1));
    },
    cancelled: () => slowestCancel((control) => rows(residuals, control)),
  });
  const run = median(found.runs);
  const overRuns = (grid: number, all: number) => `${(grid / (all * run)).toFixed(2)} ×`;
  print(`medians of ${rounds} rounds, ${positions} tokens`);
  report([
    ['one run of the layers', milliseconds(run), ''],
    [`residuals, ${residuals} rows × ${positions} positions, ${count} cells`, milliseconds(median(found.grid)), ''],
    ['over as many runs', overRuns(median(found.grid), count), '≤ 0.6 ×'],
    ['first row, with the run of the other text', seconds(median(found.firstRow)), '≤ 1.5 s'],
    [`outputs of attention, ${residuals - 1} rows`, milliseconds(median(found.parts)), ''],
    ['over as many runs', overRuns(median(found.parts), (residuals - 1) * positions), ''],
    ['cancelled, the slowest', milliseconds(Math.max(...found.cancelled)), '≤ 300 ms'],
    ['memory kept beyond the two runs', `${Math.max(0, kept).toFixed(2)} MiB`, '≤ 20 MiB'],
  ]);
}
