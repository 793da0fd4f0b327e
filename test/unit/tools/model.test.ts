import { expect, it } from 'vitest';
import { tools } from '../../../src/tools/list';
import { defaultEngine, modelPath } from '../support/engine';
import { call } from '../support/toolCall';

it('names the kind of the tokenizer in English', async () => {
  const engine = await defaultEngine();
  const model = await engine.load({ path: modelPath });
  const tool = tools.find(({ name }) => name === 'model');
  const answer = tool && (await call(tool, {}, { engine, model, control: {} }));
  expect(answer?.json(1000)).toMatchObject({ tokenizer: 'byte-level BPE', can: { tokens: true, predict: true } });
});
