import type { LocalEngine } from '../../../src/engine/localEngine';
import { usualSampler } from '../../../src/shared/continuation';
import { prompts } from '../inputs';
import { inRounds, median, milliseconds, print, report, timed } from '../measure';
import { rounds } from './options';

// `npm run bench -- continue [--rounds 7]`: twenty tokens after 64, each with five alternatives, greedily and drawn by
// a sampler; the prediction after a text of 250 tokens that grew by four, and a whole run of it.

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
  const found = await inRounds(rounds, {
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
  ]);
}
