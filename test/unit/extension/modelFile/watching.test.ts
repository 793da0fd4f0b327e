import { expect, it, vi } from 'vitest';
import { isOfModel } from '../../../../src/extension/modelFile/document';

vi.mock('vscode', () => ({ l10n: {} }));

it.each([
  ['/m/a.gguf', '/m/a.gguf', true],
  ['/m/a.gguf', '/m/b.gguf', false],
  ['/m/a-00001-of-00002.gguf', '/m/a-00002-of-00002.gguf', true],
  ['/m/a-00001-of-00002.gguf', '/m/b-00002-of-00002.gguf', false],
  ['c:\\m\\model.safetensors.index.json', 'c:\\m\\model-00002-of-00003.safetensors', true],
  ['c:\\m\\model.safetensors', 'c:\\m\\tokenizer.json', true],
  ['/m/model.safetensors', '/m/trainer_state.json', false],
  ['/m/model.safetensors', '/m/a.gguf', false],
])('a change beside %s in %s: %s', (path, beside, expected) => {
  expect(isOfModel(path, beside)).toBe(expected);
});
