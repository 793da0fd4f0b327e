import type { LocalEngine } from '../../../src/engine/localEngine';
import { usualSampler } from '../../../src/shared/continuation';
import { prompts } from '../inputs';
import { inRounds, median, milliseconds, over, print, report, seconds, slowestCancel, timed } from '../measure';
import { rounds } from './options';

// `npm run bench -- continue [--rounds 7]`: twenty tokens after 64, each with five alternatives, greedily and drawn by
// a sampler; the prediction after a text of 250 tokens that grew by four, and a whole run of it. What mattered: the
// bits of a token after 64 with each of them left out, over as many whole runs that read the bits of one token; its
// first row; how long a cancellation takes.

const count = 20;

export async function continueText(engine: LocalEngine): Promise<void> {
  const { text } = prompts['64'];
  const long = prompts['256'].text;
  const { tokens } = await engine.tokenise({ text: long });
  const until = (at: number) => ({ text: long.slice(0, tokens[at - 1]?.end) });
  const { length } = await engine.run({ text });
  const question = { text, count, after: [], seed: 7 };
  const drawn = () => engine.continuation({ ...question, sampler: { ...usualSampler, repeatPenalty: 1.1 } });
  const ofToken = async (work: () => Promise<unknown>) => {
    // A text that was run before would be known.
    await engine.run({ text: 'Otherwise' });
    await engine.run({ text });
    return (await timed(work)) / count;
  };
  const position = length - 1;
  const parts = Array.from({ length }, (_, at) => [at]);
  const leftOut = (control = {}) => engine.matters({ text, position, answer: [1000], parts }, control);
  const found = await inRounds(rounds, {
    leftOut: async () => {
      await engine.run({ text });
      return timed(leftOut);
    },
    runs: async () => {
      let sum = 0;
      // Each text begins otherwise, so that nothing of it was run before.
      for (let own = 0; own < 8; own++) {
        const other = `${own}${text}`;
        const { tokens: cut } = await engine.tokenise({ text: other });
        sum += await timed(() =>
          engine.matters({ text: other, limit: cut.length - 2, position: cut.length - 3, answer: [1000], parts: [] }),
        );
      }
      return (sum / 8) * length;
    },
    firstRow: async () => {
      await engine.run({ text });
      const begun = performance.now();
      let first = 0;
      await leftOut({ onProgress: () => void (first ||= performance.now() - begun) });
      return first;
    },
    cancelled: () => slowestCancel(leftOut),
    greedy: () => ofToken(() => engine.continuation({ ...question, sampler: null })),
    drawn: () => ofToken(drawn),
    whole: async () => {
      await engine.run({ text: 'Otherwise' });
      return timed(() => engine.run(until(250)));
    },
    grown: () => timed(() => engine.run(until(254))),
  });
  const of = (name: keyof typeof found) => milliseconds(median(found[name]), 1);
  print(`medians of ${rounds} rounds`);
  report([
    [`a token of ${count} after ${length} with five alternatives`, of('greedy'), '≤ 30 ms'],
    ['the same, drawn by a sampler', of('drawn'), ''],
    ['the same text grown by 4 tokens after 250', of('grown'), ''],
    ['a whole run of 250 tokens', of('whole'), ''],
    [`each of ${length} tokens left out`, seconds(median(found.leftOut)), ''],
    ['over as many whole runs', over(found.leftOut, found.runs), '≤ 0.55 ×'],
    ['the first row', seconds(median(found.firstRow)), '≤ 0.5 s'],
    ['cancelled, the slowest', milliseconds(Math.max(...found.cancelled)), '≤ 150 ms'],
  ]);
}
