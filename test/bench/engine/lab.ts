import type { LocalEngine } from '../../../src/engine/localEngine';
import { bareProduct, rowsTogether } from '../bare';
import { inRounds, median, milliseconds, over, print, report, seconds, slowestCancel, timed, times } from '../measure';
import { rounds as asked, values } from './options';

// `npm run bench -- lab [--tokens 4096] [--rounds 7] [--whole]`: the round trip against the bare matrix products
// that it needs, in interleaved rounds of one process, the time until 2,000 tokens give an estimate, and how long a
// cancellation takes. A stretch of the vocabulary stands for the whole, which takes minutes a round; `--whole` takes
// it.

const vocabulary = 49_152;
const tokens = values.whole ? vocabulary : Number(values.tokens ?? 4096);
const rounds = values.whole ? 1 : asked;
/** Tokens that an estimate is asked to come from. */
const estimated = 2000;

export async function lab(engine: LocalEngine): Promise<void> {
  const product = await bareProduct();
  const trip = (sample?: number, control?: Parameters<LocalEngine['lab']>[1]) =>
    engine.lab({ name: 'round-trip', options: sample === undefined ? {} : { sample } }, control);
  /** Milliseconds until an estimate comes from `estimated` tokens. */
  async function firstEstimate(): Promise<number> {
    const start = performance.now();
    let took = 0;
    await trip(2 * estimated, {
      onProgress({ estimate }) {
        if (took === 0 && estimate?.name === 'round-trip' && estimate.result.tried >= estimated)
          took = performance.now() - start;
      },
    });
    return took;
  }

  // The first of each warms up.
  await trip(rowsTogether);
  await times(3, product);
  const found = await inRounds(rounds, {
    ours: () => timed(() => trip(tokens)),
    bare: () => timed(() => times(2 * Math.ceil(tokens / rowsTogether), product)),
    estimate: firstEstimate,
    cancelled: () => slowestCancel((control) => trip(undefined, control)),
  });
  print(`medians of ${rounds} ${rounds === 1 ? 'round' : 'rounds'}`);
  report([
    [`round trip of ${tokens} tokens`, seconds(median(found.ours)), ''],
    ['the bare products that it needs', seconds(median(found.bare)), ''],
    ['ratio, round by round', over(found.ours, found.bare), '≤ 1.3 ×'],
    [`estimate from ${estimated} tokens`, seconds(median(found.estimate)), '< 4 s'],
    ['cancelled, the slowest', milliseconds(Math.max(...found.cancelled)), '< 300 ms'],
  ]);
}
