import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { defaultEngine } from '../support/engine';

const prompts = JSON.parse(readFileSync(new URL('../../fixtures/prompts.json', import.meta.url), 'utf8')) as Record<
  string,
  { readonly text: string }
>;
const { text } = prompts['256'] as { readonly text: string };

it('a run stops soon after a cancellation, within 300 ms on a quiet machine, and the model stays loaded', async () => {
  const engine = await defaultEngine();
  const abort = new AbortController();
  let aborted = 0;
  const run = engine.run(
    { text },
    {
      signal: abort.signal,
      onProgress: ({ fraction }) => {
        if (fraction > 0.1 && aborted === 0) {
          aborted = performance.now();
          abort.abort();
        }
      },
    },
  );
  await expect(run).rejects.toMatchObject({ code: 'cancelled' });
  const took = performance.now() - aborted;
  process.stdout.write(`stopped after ${took.toFixed(0)} ms\n`);
  // On a loaded machine everything takes several times as long; the rest of the run takes longer still.
  expect(took).toBeLessThan(1500);
  await expect(engine.run({ text: 'The' })).resolves.toMatchObject({ length: 1 });
});
