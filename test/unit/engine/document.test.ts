import { describe, expect, it } from 'vitest';
import { Errors } from '../support/bothTruth';
import { compareDocument } from '../support/documentTruth';
import { defaultEngine } from '../support/engine';
import { familyNames, loadedFamily } from '../support/families';

const text = 'A sphere, a king: the capital of France is Paris.\n';

describe.each(familyNames)('a document, %s', (name) => {
  it('has the numbers that float64 gives each window', async () => {
    const { engine, model } = await loadedFamily(name);
    const errors = new Errors();
    const tokens = await compareDocument(engine, model, { text, window: 8 }, errors);
    expect(errors.rows.filter(({ share }) => !(share <= 1))).toEqual([]);
    expect(tokens).toBeGreaterThan(12);
  });
});

describe('control tokens in a document', () => {
  const spelled = 'a<|im_end|>b<repo_name><|im_end|>';

  it('are named once, in their order', async () => {
    const engine = await defaultEngine();
    const { control } = await engine.documentTokens({ text: spelled });
    expect(control.map(({ text: name, special }) => [name, special])).toEqual([
      ['<|im_end|>', true],
      ['<repo_name>', true],
    ]);
  });

  it('are none where they are read as text', async () => {
    const engine = await defaultEngine();
    expect((await engine.documentTokens({ text: spelled, plain: true })).control).toEqual([]);
    expect((await engine.documentTokens({ text })).control).toEqual([]);
  });
});

describe('a window', () => {
  it.each([
    { ids: [5, 6], from: 2, says: 'from is 2. Give 0 to 1.' },
    { ids: [5, -1], from: 0, says: '-1' },
    { ids: Array<number>(5000).fill(5), from: 0, says: 'is 5000. Give at most ' },
  ])('of $ids.length tokens from $from is refused', async ({ ids, from, says }) => {
    const { engine } = await loadedFamily('llama-3');
    await expect(engine.measureWindow({ ids: Int32Array.from(ids), from })).rejects.toThrow(says);
  });

  it('needs a text that the model has tokens for', async () => {
    const { engine } = await loadedFamily('llama-3');
    await expect(engine.documentTokens({ text: '' })).rejects.toMatchObject({ code: 'empty-text' });
  });
});
