import { describe, expect, it } from 'vitest';
import { row } from '../../../src/engine/arrays/vectors';
import { defaultEngine } from '../support/engine';

const text = 'The capital of France is';

describe('attention of the default model', () => {
  it('of some positions is that of the whole text there, with any heads', async () => {
    const engine = await defaultEngine();
    const whole = await engine.attention({ text, output: 7042 });
    const part = await engine.attention({
      text,
      output: 7042,
      heads: [
        { layer: 29, head: 1 },
        { layer: 4, head: 8 },
      ],
      positions: { from: 2, to: 4 },
    });
    expect([whole.heads.length, whole.from, part.from, part.output?.text]).toEqual([270, 0, 2, ' Paris']);
    for (const { layer, head, rows, size, push } of part.heads) {
      const same = whole.heads[9 * layer + head];
      expect(rows).toEqual(same?.rows.slice(2, 4));
      expect([size, push]).toEqual([same?.size.slice(2, 4), same?.push?.slice(2, 4)]);
    }
  });

  it('pushes as much as the journey says', async () => {
    const engine = await defaultEngine();
    const { push } = await engine.journey({ text, position: 4, output: 7042 });
    const { heads } = await engine.attention({ text, output: 7042, positions: { from: 4, to: 5 } });
    push.attention.forEach((whole, layer) => {
      const sum = row(
        Float64Array.from(heads, (head) => head.push?.[0] ?? NaN),
        layer,
        9,
      ).reduce((a, b) => a + b, 0);
      expect(Math.abs(sum - whole), `layer ${layer}`).toBeLessThanOrEqual(1e-5);
    });
  });

  it('of one token is on that token', async () => {
    const engine = await defaultEngine();
    const { heads } = await engine.attention({ text: 'The', heads: [{ layer: 0, head: 0 }] });
    expect(heads).toMatchObject([{ layer: 0, head: 0, rows: [Float64Array.of(1)] }]);
  });

  it('is cancelled by its signal and by a new run', async () => {
    const engine = await defaultEngine();
    await engine.run({ text });
    const abort = new AbortController();
    const asked = engine.attention({ text }, { signal: abort.signal });
    abort.abort();
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
    const [older, newer] = [engine.attention({ text }), engine.run({ text: 'The' })];
    await expect(older).rejects.toMatchObject({ code: 'cancelled' });
    await expect(newer).resolves.toMatchObject({ length: 1 });
  });

  it.each([
    [{ heads: [{ layer: 30, head: 0 }] }, /layer is 30. Give 0 to 29/],
    [{ heads: [{ layer: 0.5, head: 0 }] }, /layer is 0\.5/],
    [{ heads: [{ layer: 0, head: NaN }] }, /head is NaN/],
    [{ positions: { from: 2, to: 2 } }, /positions is 2 to 1. Give 0 to 4/],
    [{ positions: { from: 0, to: 6 } }, /positions is 0 to 5. Give 0 to 4/],
    [{ output: 49_152 }, /no token 49152/],
  ])('%j is refused', async (request, message) => {
    const engine = await defaultEngine();
    await expect(engine.attention({ text, ...request })).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringMatching(message) as string,
    });
  });
});
