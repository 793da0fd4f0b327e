import { place } from '#place';
import type { PanelState } from '../../src/shared/panel';
import {
  activated,
  closeAll,
  inspect,
  inspectSelection,
  longText,
  open,
  replace,
  select,
  settled,
  until,
} from './inspecting';
import { print } from './support/results';

/** Milliseconds: other extensions look at a new document at once. */
const longestIdle = 2000;
const pass = (milliseconds: number) => new Promise<void>((resolve) => void setTimeout(resolve, milliseconds));

/** What a person types, and at which pace, milliseconds. The text is inspected in the pause after a word. */
const typed = ' They came back at noon and told him what they had seen';
const betweenKeys = 60;
const betweenWords = 450;

/** Prints the delay of this thread's event loop while something goes on. Returns how long that took, milliseconds. */
async function delays(what: string, work: () => Promise<unknown>): Promise<number> {
  const stop = place.measureDelays();
  const start = performance.now();
  await work();
  const took = performance.now() - start;
  const { p99, longest } = stop();
  print(
    `event loop, ${what}: p99 ${p99.toFixed(1)} ms, longest ${longest.toFixed(1)} ms, over ${(took / 1000).toFixed(1)} s`,
  );
  return took;
}

/** Tokens that the round trip has tried so far; while it says so it runs. */
function tried({ lab }: PanelState): number {
  const estimate = lab['round-trip']?.running && lab['round-trip'].done?.result;
  return estimate?.name === 'round-trip' ? estimate.result.tried : 0;
}
/** How many tokens are tried while the delay is measured: a few seconds of a run that takes minutes. */
const triedMeanwhile = 1024;

describe('the event loop of the extension host', () => {
  afterEach(closeAll);

  for (const [what, text] of [
    ['440 tokens', longText(600)],
    ['200,000 characters', 'The lighthouse keeper counted the ships. '.repeat(5000).slice(0, 200_000)],
  ] as const) {
    it(`while the model loads and runs, ${what}`, async () => {
      const { killWorker } = await activated();
      await inspect('The');
      const opened = async () => {
        await closeAll();
        // What the editor needs to hand a long document over is no part of the inspection.
        await select(await open(text));
      };
      await killWorker();
      await opened();
      const took = await delays(`loading and running, ${what}`, inspectSelection);
      // Other extensions look at a new document too, so the idle run has one of its own.
      await opened();
      await delays('idle', () => pass(Math.min(took, longestIdle)));
    });
  }

  it('while a person types at the end of 250 tokens that are followed', async () => {
    const { receive } = await activated();
    const document = await open(longText(700, 17));
    await select(document);
    await inspectSelection();
    receive({ type: 'followEdits', on: true });
    let last = 0;
    await delays('typing into a followed text', async () => {
      for (const letter of typed) {
        const { length } = document.getText();
        await replace(document, length, length, letter);
        last = performance.now();
        await pass(letter === ' ' ? betweenWords : betweenKeys);
      }
      const { length } = document.getText();
      await until((state) => state.source?.end === length && !state.outOfDate && settled(state), 'all is inspected');
    });
    print(`the numbers are there ${(performance.now() - last).toFixed(0)} ms after the last key`);
    receive({ type: 'followEdits', on: false });
  });

  it('while the model goes on with a text', async () => {
    const { receive } = await activated();
    await inspect('The capital of France is');
    await delays('going on', async () => {
      receive({ type: 'continueText', count: 200, sampler: null, seed: 1 });
      await until(({ continuation: { paths } }) => paths.some(({ ended }) => ended !== null), 'it has ended');
    });
  });

  it('while an experiment goes over the vocabulary, until it is cancelled', async () => {
    const { receive } = await activated();
    await inspect('The capital of France is');
    receive({ type: 'lab', ask: { name: 'round-trip', options: {} } });
    await delays('round trip', () =>
      until((state) => tried(state) >= triedMeanwhile, `${triedMeanwhile} tokens are tried`),
    );
    const pressed = performance.now();
    receive({ type: 'cancelLab' });
    await until((state) => state.lab['round-trip']?.running === null, 'the experiment has ended');
    print(`the state says that it was cancelled after ${(performance.now() - pressed).toFixed(1)} ms`);
  });
});
