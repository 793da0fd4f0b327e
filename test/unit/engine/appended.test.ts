import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutText, tokenise } from '../../../src/engine/analysis/tokenise';
import { spelledBy } from '../../../src/shared/appended';
import { failing } from '../support/failing';
import { loadedFamily } from '../support/families';

// Tokens in place of a cut of the end of a text.

const context = 'A sphere. ';
const base = 'The capital';

describe.each(['llama-3', 'llama-window'])('%s', (name) => {
  const spelled = async (ids: readonly number[]) => {
    const { model, engine } = await loadedFamily(name);
    const text = base + spelledBy(ids.map((id) => model.vocabulary.token(id)));
    return { model, engine, request: { context, text, appended: { from: base.length, ids } } };
  };

  it('are the tokens that are run, in their places, whatever they spell together', async () => {
    const { model } = await loadedFamily(name);
    const own = tokenise(model, { context, text: base });
    const id = fc.nat({ max: model.vocabulary.length - 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(id, { minLength: 1, maxLength: 12 }), async (ids) => {
        const { request } = await spelled(ids);
        const cut = tokenise(model, request);
        expect(cut.ids).toEqual([...own.ids, ...ids]);
        const tokens = cut.tokenisation.tokens.slice(own.ids.length);
        let reached = base.length;
        for (const [place, { start, end }] of tokens.entries()) {
          expect(start).toBeGreaterThanOrEqual(tokens[place - 1]?.start ?? base.length);
          expect(start).toBeLessThanOrEqual(reached);
          expect(end).toBeGreaterThanOrEqual(reached);
          reached = end;
        }
        expect(reached).toBe(request.text.length);
      }),
    );
  });

  it('share the character whose bytes they share, and keep what one token would spell apart', async () => {
    const { model } = await loadedFamily(name);
    const bytesOf = (text: string) => {
      const byte = (value: number) =>
        Array.from({ length: model.vocabulary.length }, (_, id) => id).find((id) => {
          const { bytes } = model.vocabulary.token(id);
          return bytes.length === 1 && bytes[0] === value;
        });
      return [...new TextEncoder().encode(text)].map(byte);
    };
    const ids = bytesOf('\n\né').map((id) => id ?? -1);
    const { request } = await spelled(ids);
    expect(request.text).toBe(`${base}\n\né`);
    const { tokens } = tokenise(model, request).tokenisation;
    expect(tokens.slice(-4).map(({ start, end }) => [start - base.length, end - base.length])).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
      [2, 3],
    ]);
  });

  it('count as any other token, and are the text itself where nothing stands before them', async () => {
    const { model, engine } = await loadedFamily(name);
    const { ids } = tokenise(model, { text: ' capital' });
    const alone = spelledBy(ids.map((id) => model.vocabulary.token(id)));
    const { request } = await spelled(ids);
    const { length } = cutText(model, { text: base }).inspected;
    expect(await engine.tokenise({ ...request, limit: 2 })).toMatchObject({ leftOut: length + ids.length - 2 });
    expect(cutText(model, { text: alone, appended: { from: 0, ids } }).inspected.slice(-ids.length)).toEqual(ids);
    const other = { text: request.text, appended: request.appended };
    expect((await engine.twoTexts({ text: base, other })).tokens.map(({ id }) => id)).toEqual(
      cutText(model, other).inspected,
    );
  });

  it('of another model leave the text to be cut as a whole', async () => {
    const { model, request } = await spelled([5, 6]);
    const text = `${base} is`;
    expect(cutText(model, { ...request, text })).toEqual(cutText(model, { context, text }));
  });

  it('are refused in a sentence that gives the range', async () => {
    const { engine, request, model } = await spelled([5]);
    const last = model.vocabulary.length - 1;
    for (const id of [-1, 1.5, NaN, last + 1])
      await expect(engine.tokenise({ ...request, appended: { from: 1, ids: [id] } })).rejects.toEqual(
        failing('bad-request', new RegExp(`no token ${id}; .*0 to ${last}`)),
      );
    for (const from of [-1, 0.5, request.text.length + 1])
      await expect(engine.run({ ...request, appended: { from, ids: [5] } })).rejects.toEqual(
        failing('bad-request', new RegExp(`from is ${from}. Give 0 to ${request.text.length}`)),
      );
  });
});
