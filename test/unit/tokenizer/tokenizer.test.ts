import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../src/shared/errors';
import { reference } from '../support/reference';
import { sampled } from '../support/sample';
import { awkwardText, bytesOfText, defaultTokenizer, expectedSpans, uncovered } from '../support/tokenizers';

const tokenizer = defaultTokenizer();
const idsOf = (text: string, plain = false): number[] => [...tokenizer.encode(text, { plain }).ids];
const specials = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'];

/** The default model has no token for 21 bytes: control characters, and bytes that UTF-8 hardly or never uses. */
const known = new Set(
  Array.from({ length: tokenizer.size }, (_, id) => tokenizer.bytesOf(id)).flatMap((bytes) =>
    bytes.length === 1 ? [...bytes] : [],
  ),
);

describe("the default model's tokenizer", () => {
  it.each(reference.tokenised.map((entry) => [JSON.stringify(entry.text), entry] as const))(
    'gives the ids of the reference for %s',
    (_, entry) => {
      expect(idsOf(entry.text)).toEqual(entry.ids);
      expect(idsOf(entry.text, true)).toEqual(entry['ids with special tokens as plain text']);
    },
  );

  it.each(reference.runs.map(({ text, ids }) => [text, ids] as const))('gives the ids of the run "%s"', (text, ids) => {
    expect(idsOf(text)).toEqual(ids);
  });

  it('describes itself', () => {
    expect(tokenizer.size).toBe(49_152);
    expect(tokenizer.description.message).toBe('byte-level BPE');
    expect(Array.from({ length: tokenizer.size }, (_, id) => id).filter((id) => tokenizer.isSpecial(id))).toEqual(
      Array.from({ length: 17 }, (_, id) => id),
    );
  });

  it('knows bytes and texts, of special tokens the spelling', () => {
    expect([...tokenizer.bytesOf(7042)]).toEqual([...Buffer.from(' Paris')]);
    expect(tokenizer.textOf(7042)).toBe(' Paris');
    expect(tokenizer.textOf(1)).toBe('<|im_start|>');
    expect([...tokenizer.bytesOf(1)]).toEqual([...Buffer.from('<|im_start|>')]);
    const [first = -1] = idsOf('日');
    expect(tokenizer.textOf(first)).toMatch(/\uFFFD$/);
    for (const id of [-1, 49_152, 1.5, NaN]) {
      expect(() => tokenizer.bytesOf(id)).toThrow(EngineError);
      expect(() => tokenizer.isSpecial(id)).toThrow(/the ids 0 to 49151/);
    }
  });

  it('keeps a byte order mark in a text', () => {
    const texts = idsOf('\uFEFF').map((id) => tokenizer.bytesOf(id));
    expect(Buffer.concat(texts).toString('latin1')).toBe('\xEF\xBB\xBF');
    expect(
      Array.from({ length: tokenizer.size }, (_, id) => id).every(
        (id) => tokenizer.bytesOf(id).length === 0 || tokenizer.textOf(id).length > 0,
      ),
    ).toBe(true);
  });

  it('gives no token for an empty text', () => {
    expect(tokenizer.encode('', { plain: false })).toMatchObject({
      ids: new Uint32Array(0),
      starts: new Uint32Array(0),
      ends: new Uint32Array(0),
    });
  });

  it('reads the line ends as they are', () => {
    expect(idsOf('a\r\nb')).toEqual([81, 201, 198, 82]);
  });

  it('shares a character between the tokens that hold its bytes', () => {
    const { ids, starts, ends } = tokenizer.encode('a😀b', { plain: false });
    expect(ids.length).toBeGreaterThan(3);
    expect([...starts]).toEqual([0, ...new Array(ids.length - 2).fill(1), 3]);
    expect([...ends]).toEqual([1, ...new Array(ids.length - 2).fill(3), 4]);
  });

  it('leaves out what has no token, so that a text may have none', () => {
    expect(known.has(4)).toBe(false);
    expect(idsOf('\u0004\u0006')).toEqual([]);
    expect(idsOf('!\u0004!')).toEqual(idsOf('!!'));
    const { starts, ends } = tokenizer.encode('!\u0004!', { plain: false });
    expect([[...starts], [...ends]]).toEqual([[0], [3]]);
  });

  it.each([false, true])(
    'keeps every byte in order, covers every character whole, and moves only forward (plain: %s)',
    (plain) => {
      fc.assert(
        fc.property(awkwardText, (text) => {
          const { ids, starts, ends } = tokenizer.encode(text, { plain });
          const bytes = bytesOfText(text).filter(({ byte }) => known.has(byte));
          const tokens = Array.from(ids, (id) => [...tokenizer.bytesOf(id)]);
          expect(tokens.flat()).toEqual(bytes.map(({ byte }) => byte));
          expect({ starts: [...starts], ends: [...ends] }).toEqual(
            expectedSpans(
              bytes,
              tokens.map(({ length }) => length),
            ),
          );
          const representable = new Set(
            bytes.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i)),
          );
          expect(uncovered({ starts, ends }, text.length).filter((unit) => representable.has(unit))).toEqual([]);
          for (let i = 1; i < ids.length; i++) {
            expect(starts[i]).toBeGreaterThanOrEqual(starts[i - 1] as number);
            expect(ends[i]).toBeGreaterThanOrEqual(ends[i - 1] as number);
          }
          if (plain) expect(Array.from(ids).some((id) => tokenizer.isSpecial(id))).toBe(false);
          else if (specials.some((special) => text.includes(special)))
            expect(Array.from(ids).some((id) => tokenizer.isSpecial(id))).toBe(true);
        }),
        { numRuns: sampled(100, 1500) },
      );
    },
  );

  it('reads a lone surrogate as U+FFFD, one unit long', () => {
    const text = 'a\uD83Db\uDE00';
    const encoding = tokenizer.encode(text, { plain: false });
    expect(encoding).toEqual(tokenizer.encode('a\uFFFDb\uFFFD', { plain: false }));
    expect(encoding.ends.at(-1)).toBe(4);
  });

  it.each([['one letter', 'a'.repeat(200_000)]])('takes 200,000 characters in one piece: %s', (_, text) => {
    const { ids, ends } = tokenizer.encode(text, { plain: false });
    expect(ends.at(-1)).toBe(text.length);
    expect(Array.from(ids, (id) => tokenizer.bytesOf(id).length).reduce((sum, length) => sum + length, 0)).toBe(
      Buffer.byteLength(text),
    );
  });
});
