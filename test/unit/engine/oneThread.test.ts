import { expect, it } from 'vitest';
import { LocalEngine } from '../../../src/engine/localEngine';
import { modelPath } from '../support/engine';

it('runs without threads, with the same answer', async () => {
  const engine = new LocalEngine();
  const info = await engine.load({ path: modelPath, threads: 1 });
  expect(info.threads).toBe(1);
  const run = await engine.run({ text: 'The capital of France is' });
  expect(run.likeliest.at(-1)?.[0]).toMatchObject({
    token: { id: 7042, text: ' Paris' },
    probability: expect.closeTo(0.7725, 3) as number,
  });
  await engine.close();
});
