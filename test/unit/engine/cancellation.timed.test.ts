import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { defaultEngine } from '../support/engine';

const prompts = JSON.parse(readFileSync(new URL('../../fixtures/prompts.json', import.meta.url), 'utf8')) as Record<
  string,
  { readonly text: string }
>;
const { text } = prompts['256'] as { readonly text: string };

it('a run stops within 300 ms of a cancellation, and the model stays loaded', async () => {
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
  expect(performance.now() - aborted).toBeLessThan(300);
  await expect(engine.run({ text: 'The' })).resolves.toMatchObject({ length: 1 });
});
