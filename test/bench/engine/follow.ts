import type { LocalEngine } from '../../../src/engine/localEngine';
import { InspectionController } from '../../../src/extension/inspection/controller';
import { KeptVectors } from '../../../src/extension/inspection/keptVectors';
import type { Subject } from '../../../src/extension/inspection/subject';
import { defaultOptions } from '../../../src/page/link';
import { defaultModel } from '../../../src/shared/defaultModel';
import { EngineError } from '../../../src/shared/errors';
import { english } from '../../../src/shared/translator';
import { prompts, modelPath } from '../inputs';
import { inRounds, median, milliseconds, print, report } from '../measure';
import { rounds } from './options';

// `npm run bench -- follow [--rounds 7]`: how long it takes until the prediction is in the panel's state after a token
// was appended to 64 tokens, was taken off, and after one character of 250 tokens was replaced, near their end and at
// their start. The time of whole inspections stands beside it. Processes and pages come on top.

export async function follow(engine: LocalEngine): Promise<void> {
  let version = 0;
  /** When the prediction was shown; 0 if it was not yet. */
  let predicted = 0;
  /** The document's text. */
  let written = prompts['64'].text;
  const subjectOf = (text: string): Subject => ({
    ...{ uri: 'file:///bench.md', version: ++version, name: 'bench.md', start: 0, end: text.length, text, before: '' },
    ...{ otherSelections: 0, wholeLine: false },
  });
  const controller = new InspectionController(
    engine,
    {
      request: () => ({ path: modelPath, sha256: defaultModel.sha256, threads: 2 }),
      describe: async () => ({ name: '', bytes: null }),
      ask: () => undefined,
      read: async () => subjectOf(written),
      insert: () => Promise.reject(new EngineError('bad-request', 'There is no document.')),
      isAgreed: () => false,
      agree: () => undefined,
      failed: (error) => {
        throw error;
      },
      failedOther: String,
      comparisonEnded: String,
      l10n: english,
      keptVectors: new KeptVectors({ get: () => undefined, update: async () => undefined }),
      notFollowed: String,
    },
    {
      changed: ({ prediction }) => prediction && (predicted ||= performance.now()),
      inspectionsChanged: () => undefined,
    },
    defaultOptions,
  );

  /** Resolves when what is asked for after an inspection is there too, so that the next one is alone. */
  async function settled(): Promise<void> {
    while (!controller.state.contrasts) await new Promise((resolve) => void setTimeout(resolve, 5));
  }
  /** Milliseconds until the prediction is shown. */
  async function shown(work: () => Promise<unknown>): Promise<number> {
    await settled();
    predicted = 0;
    const start = performance.now();
    await work();
    return predicted - start;
  }
  const likeliest = () => controller.state.prediction?.top[0]?.token.id ?? -1;
  const refresh = (text: string) => () => {
    written = text;
    return controller.intend({ type: 'refresh' });
  };
  const chooseLast = () =>
    controller.intend({ type: 'choosePosition', position: (controller.state.text?.tokens.length ?? 1) - 1 });

  const { text } = prompts['256'];
  const long = text.slice(0, text.lastIndexOf(' ', 1195));
  /** A word near the end, whose last letter is replaced. */
  const near = long.lastIndexOf(' ', long.length - 12) - 1;
  const withLetter = (at: number, letter: string) => refresh(long.slice(0, at) + letter + long.slice(at + 1));
  const walk = () => shown(() => controller.intend({ type: 'continueWith', id: likeliest() }));
  let tokens = [0, 0];
  const found = await inRounds(rounds, {
    walk: async () => {
      await controller.inspect(subjectOf(prompts['64'].text));
      await settled();
      await chooseLast();
      tokens = [controller.state.run?.length ?? 0, 0];
      return median([await walk(), await walk(), await walk()]);
    },
    off: () => shown(() => controller.intend({ type: 'takeOff' })),
    whole: async () => {
      await settled();
      // Both texts begin alike, and what is known of the shorter one would be taken over.
      await controller.inspect(subjectOf('Otherwise'));
      const took = await shown(() => controller.inspect(subjectOf(long)));
      tokens[1] = controller.state.run?.length ?? 0;
      return took;
    },
    near: () => shown(withLetter(near, 'x')),
    start: () => shown(withLetter(0, 'X')),
  });
  const of = (name: keyof typeof found) => milliseconds(median(found[name]));
  print(`medians of ${rounds} rounds`);
  report([
    [`a token appended to ${tokens[0]}`, of('walk'), '≤ 60 ms'],
    ['taken off', of('off'), '≤ 60 ms'],
    [`one character replaced near the end of ${tokens[1]} tokens`, of('near'), '≤ 90 ms'],
    ['at their start', of('start'), '≤ a whole inspection'],
    ['a whole inspection', of('whole'), ''],
  ]);
  await settled();
}
