import assert from 'node:assert/strict';
import { closeAll, command, configure, open, select, sentence, until } from '../inspecting';

describe('a model file', () => {
  afterEach(closeAll);

  const set = (path: string | undefined) => configure('modelFile', path);

  for (const [what, path, expected] of [
    ['that is missing', '/nowhere/model.gguf', /^There is no model file at \/nowhere\/model\.gguf\. Choose another/],
    [
      'whose path is not absolute',
      'model.gguf',
      /^The setting vectorscope\.modelFile is not an absolute path\. Give the whole path/,
    ],
  ] as const) {
    it(`${what} gives a sentence, and without the setting all works again`, async () => {
      await set(path);
      try {
        await select(await open('The capital of France is'));
        await command();
        assert.match(await sentence(), expected);
      } finally {
        await set(undefined);
      }
      await command();
      const { run } = await until(({ status }) => status.kind === 'ready', 'the model that ships inside is back');
      assert.equal(run?.length, 5);
    });
  }
});
