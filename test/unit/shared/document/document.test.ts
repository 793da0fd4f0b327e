import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DocumentTokens, MeasuredDocument } from '../../../../src/shared/document/document';
import { measureDocument } from '../../../../src/shared/document/measure';
import { DocumentSums, lineStarts } from '../../../../src/shared/document/sums';
import { leastWindow, windowIds, windowsOf } from '../../../../src/shared/document/windows';
import type { Engine, Signal } from '../../../../src/shared/engine';
import { EngineError } from '../../../../src/shared/errors';

/** A token a character, whose surprisal tells the tokens that its window had up to it. */
function engineOf(added: 0 | 1, contextLength = 64) {
  const asked: string[] = [];
  let cancels = 0;
  const engine: Pick<Engine, 'documentTokens' | 'measureWindow'> = {
    documentTokens: async ({ text }) => {
      const ids = Int32Array.from([...Array<number>(added).fill(1), ...Array.from(text, (one) => one.charCodeAt(0))]);
      const starts = Uint32Array.from(ids, (_, i) => Math.max(0, i - added));
      const ends = starts.map((start, i) => (i < added ? 0 : start + 1));
      return { ids, starts, ends, added, control: [], contextLength, sizes: Float32Array.from(ids) };
    },
    measureWindow: async ({ ids, from }) => {
      if (cancels-- > 0) throw new EngineError('cancelled', 'Another text came first.');
      asked.push(String.fromCharCode(...ids));
      const sums = Array.from(ids, (_, i) => ids.slice(0, i + 1).reduce((sum, id) => (31 * sum + id) % 9973, 7));
      return {
        surprisal: Float64Array.from(sums.slice(from), (sum, i) => (from + i === 0 ? NaN : sum)),
        entropy: Float64Array.from(sums.slice(from), (sum) => sum / 2),
        expected: sums.slice(from).map(() => []),
      };
    },
  };
  return { engine, asked, cancel: (times: number) => (cancels = times) };
}

async function all(steps: AsyncIterable<MeasuredDocument>): Promise<MeasuredDocument> {
  let last: MeasuredDocument | undefined;
  for await (last of steps);
  if (!last) throw new Error('Nothing came.');
  return last;
}

const documents = fc.string({ minLength: 1, maxLength: 90, unit: fc.constantFrom('a', 'b', ' ', '\n') });
const windows = fc.integer({ min: leastWindow, max: 24 });
const added = fc.constantFrom(0, 1) as fc.Arbitrary<0 | 1>;

describe('windows', () => {
  it('measure every token once, beyond the first window after half a window of text', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 400 }), windows, added, (length, window, before) => {
        const tokens = { ids: Int32Array.from({ length }, (_, i) => i), added: before };
        const found = windowsOf(tokens, window);
        expect(found.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i))).toEqual(
          Array.from({ length: length - before }, (_, i) => before + i),
        );
        for (const one of found) {
          const ids = windowIds(tokens, one);
          expect(ids.length).toBeLessThanOrEqual(window);
          expect(Array.from(ids.subarray(before))).toEqual(Array.from(tokens.ids.subarray(one.start, one.to)));
        }
        for (const { start, from } of found.slice(1))
          expect(from - start).toBeGreaterThanOrEqual((window - before) / 2);
      }),
    );
  });
});

describe('a document', () => {
  it('is measured after an edit as if it were new, and what reads as before is not run again', async () => {
    await fc.assert(
      fc.asyncProperty(documents, documents, windows, added, fc.nat(), async (old, now, window, before, stop) => {
        const { engine, asked } = engineOf(before);
        let known: MeasuredDocument | undefined;
        let left = stop % 4;
        for await (known of measureDocument(engine, { text: old, window })) if (left-- === 0) break;
        if (!known) throw new Error('Nothing came.');
        const again = await all(measureDocument(engine, { text: now, window }, { before: known }));
        expect(again).toEqual(await all(measureDocument(engine, { text: now, window })));
        asked.length = 0;
        expect(await all(measureDocument(engine, { text: now, window }, { before: again }))).toEqual(again);
        expect(asked).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('runs again from the window of an edit', async () => {
    const { engine, asked } = engineOf(0);
    const text = 'abcdefghijklmnopqrstuvwxyz';
    const before = await all(measureDocument(engine, { text, window: 8 }));
    expect(asked).toEqual(['abcdefgh', 'efghijkl', 'ijklmnop', 'mnopqrst', 'qrstuvwx', 'uvwxyz']);
    asked.length = 0;
    await all(measureDocument(engine, { text: text.replace('r', 'R!'), window: 8 }, { before }));
    expect(asked).toEqual(['mnopqR!s', 'qR!stuvw', 'tuvwxyz']);
  });

  it('lets its thread do other work while it takes over the windows of a long document', async () => {
    const { engine } = engineOf(0);
    const request = { text: 'a'.repeat(400), window: 8 };
    const before = await all(measureDocument(engine, request));
    let isDone = false;
    setTimeout(() => (isDone = true), 0);
    await all(measureDocument(engine, request, { before }));
    expect(isDone).toBe(true);
  });

  it('gives way to other texts, but not when it is stopped', async () => {
    const { engine, cancel } = engineOf(1);
    cancel(3);
    expect((await all(measureDocument(engine, { text: 'abc' }))).measured).toBe(4);
    cancel(1);
    const aborted: Signal = { aborted: true, addEventListener: () => {}, removeEventListener: () => {} };
    await expect(all(measureDocument(engine, { text: 'abc' }, { signal: aborted }))).rejects.toMatchObject({
      code: 'cancelled',
    });
  });

  it('has no larger window than the model reads', async () => {
    const { engine } = engineOf(0, 16);
    expect((await all(measureDocument(engine, { text: 'abc' }))).window).toBe(16);
  });
});

describe('the sums of a document', () => {
  const measured = (surprisal: readonly number[], ends: readonly number[]): MeasuredDocument => {
    const starts = Uint32Array.from([0, ...ends.slice(0, -1)]);
    const ids = Int32Array.from(ends, (_, i) => i);
    const tokens: DocumentTokens = {
      ...{ ids, starts, ends: Uint32Array.from(ends), sizes: new Float32Array(ids.length) },
      added: 0,
      control: [],
      contextLength: 64,
    };
    return {
      tokens,
      window: 8,
      measured: ends.length,
      surprisal: Float64Array.from(surprisal),
      entropy: Float64Array.from(surprisal),
      expected: ends.map(() => []),
    };
  };

  it('know the lines that an editor has', () => {
    expect(Array.from(lineStarts('a\r\nb\rc\n\nd'))).toEqual([0, 3, 5, 7, 8]);
    expect(Array.from(lineStarts(''))).toEqual([0]);
  });

  it('give each token to the line in which it begins, and count characters as code points', () => {
    const text = 'ab\n𝒳y\n\nz';
    // a, b and line feed, 𝒳 with y and the ends of two lines, z
    const document = measured([NaN, 3, 5, 2], [1, 3, 8, 9]);
    const sums = new DocumentSums(text);
    sums.take({ ...document, measured: 2 });
    expect(sums.finished).toBe(0);
    sums.take(document);
    sums.take(document);
    expect(sums.finished).toBe(4);
    expect(sums.lines).toEqual({
      starts: Uint32Array.from([0, 3, 7, 8, 9]),
      tokens: Uint32Array.from([1, 1, 0, 1]),
      bits: Float64Array.from([3, 5, 0, 2]),
      characters: Uint32Array.from([2, 4, 0, 1]),
    });
    expect(sums.total).toEqual({ tokens: 3, bits: 10, mean: 10 / 3, characters: 7, bitsPerCharacter: 10 / 7 });
    expect(sums.surprising.map(({ line, before, text: own, after }) => [line, before, own, after])).toEqual([
      [1, '', '𝒳y\n\n', ''],
      [0, 'a', 'b\n', ''],
      [3, '', 'z', ''],
    ]);
  });

  it('count a character once that several tokens share', () => {
    const document = measured([NaN, 3, 5, 2], [1, 3, 3, 4]);
    const starts = Uint32Array.of(0, 1, 1, 3);
    const sums = new DocumentSums('a𝒳b');
    sums.take({ ...document, tokens: { ...document.tokens, starts } });
    expect(sums.total).toMatchObject({ tokens: 3, bits: 10, characters: 2 });
  });

  it('are the same in any steps', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 130 }),
        fc.nat(),
        (bits, cut) => {
          const text = bits.map((one) => (one % 7 === 0 ? '\n' : 'x')).join('');
          const document = measured(
            bits,
            bits.map((_, i) => i + 1),
          );
          const [once, twice] = [new DocumentSums(text), new DocumentSums(text)];
          once.take(document);
          twice.take({ ...document, measured: cut % bits.length });
          twice.take(document);
          expect([twice.lines, twice.total, twice.surprising]).toEqual([once.lines, once.total, once.surprising]);
          expect(once.surprising.map(({ surprisal }) => surprisal)).toEqual(
            bits.toSorted((a, b) => b - a).slice(0, 50),
          );
        },
      ),
    );
  });
});
