import { bareProduct, loadEngine, rowsTogether } from '../bare';
import { median, print, report, slowestCancel, timed, times } from '../measure';
import { rounds as asked, values } from './options';

// `npm run bench -- lab [--tokens 4096] [--rounds 7] [--whole]`: the round trip against the bare matrix products
// that it needs, in interleaved rounds of one process, the time until 2,000 tokens give an estimate, and how long a
// cancellation takes. A stretch of the vocabulary stands for the whole, which takes minutes a round; `--whole` takes
// it. Never fails on a time.

const vocabulary = 49_152;
const tokens = values.whole ? vocabulary : Number(values.tokens ?? 4096);
const rounds = values.whole ? 1 : asked;
/** Tokens that an estimate is asked to come from. */
const estimated = 2000;

export async function lab(): Promise<void> {
  const engine = await loadEngine();
  const product = await bareProduct();

  /** Milliseconds until an estimate comes from `estimated` tokens. */
  async function firstEstimate(): Promise<number> {
    const start = performance.now();
    let took = 0;
    await engine.lab(
      { name: 'round-trip', options: { sample: 2 * estimated } },
      {
        onProgress({ estimate }) {
          if (took === 0 && estimate?.name === 'round-trip' && estimate.result.tried >= estimated)
            took = performance.now() - start;
        },
      },
    );
    return took;
  }

  // The first of each warms up.
  await engine.lab({ name: 'round-trip', options: { sample: rowsTogether } });
  await times(3, product);

  const ours: number[] = [];
  const bare: number[] = [];
  const found: number[] = [];
  const cancels: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await timed(() => engine.lab({ name: 'round-trip', options: { sample: tokens } })));
    bare.push(await timed(() => times(2 * Math.ceil(tokens / rowsTogether), product)));
    found.push(await firstEstimate());
    cancels.push(await slowestCancel((control) => engine.lab({ name: 'round-trip', options: {} }, control)));
    print(
      `round ${round + 1} of ${rounds}: ${[ours, bare].map((all) => ((all.at(-1) as number) / 1000).toFixed(2)).join(' s, bare ')} s`,
    );
  }

  const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`;
  const { length } = ours;
  print(`medians of ${length} ${length === 1 ? 'round' : 'rounds'}`);
  report([
    [`round trip of ${tokens} tokens`, seconds(median(ours)), ''],
    ['the bare products that it needs', seconds(median(bare)), ''],
    ['ratio, round by round', median(ours.map((time, i) => time / (bare[i] as number))).toFixed(3), '≤ 1.3'],
    [`estimate from ${estimated} tokens`, seconds(median(found)), '< 4 s'],
    [
      `bare products of ${estimated} tokens, plain and normed`,
      seconds((median(bare) * Math.ceil(estimated / rowsTogether)) / Math.ceil(tokens / rowsTogether)),
      '',
    ],
    ['cancelled, the slowest', `${Math.max(...cancels).toFixed(0)} ms`, '< 300 ms'],
  ]);
  await engine.close();
}
