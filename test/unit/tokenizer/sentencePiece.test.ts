import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isByteName } from '../../../src/shared/glyphs';
import { array, boolean, integers, number, text, texts, valueTypes, type GgufKey } from '../support/ggufWriter';
import { sampled } from '../support/sample';
import { variantsOf } from '../support/tokenizerFixtures';
import { awkwardText, cut, tokenizerOf, uncovered } from '../support/tokenizers';

const tokens = [
  '<unk>',
  '<s>',
  '</s>',
  '▁',
  'a',
  'b',
  'ab',
  '▁a',
  '</',
  's>',
  '  ',
  '<0xC3>',
  '<0xA9>',
  '<0x61>',
  '[PAD0]',
  '<u>',
];
const kinds = [2, 3, 3, 1, 1, 1, 1, 1, 1, 1, 4, 6, 6, 6, 5, 4];
const scores = [0, 0, 0, -9, -9, -9, -2, -1, -3, -3, -1000, 0, 0, 0, -1000, -1000];

const floats = (key: string, values: readonly number[]): GgufKey =>
  array(key, valueTypes.f32, values.length, new Uint8Array(Float32Array.from(values).buffer));

/** A small tokenizer; a key given here takes the place of the one of that name, null leaves it out. */
function tokenizer(changes: Readonly<Record<string, GgufKey | null>> = {}) {
  const keys: Record<string, GgufKey | null> = {
    model: text('tokenizer.ggml.model', 'llama'),
    tokens: texts('tokenizer.ggml.tokens', tokens),
    kinds: integers('tokenizer.ggml.token_type', kinds),
    scores: floats('tokenizer.ggml.scores', scores),
    ...changes,
  };
  return tokenizerOf(Object.values(keys).filter((key) => key !== null));
}

const noPrefix = { prefix: boolean('tokenizer.ggml.add_space_prefix', false) };
const noFirst = { add: boolean('tokenizer.ggml.add_bos_token', false) };

describe('SentencePiece', () => {
  it('begins with the first token and a space that is not in the text', () => {
    expect(cut(tokenizer(), 'ab')).toBe('1 0:0, 7 0:1, 5 1:2');
    expect(cut(tokenizer(), 'b')).toBe('1 0:0, 3 0:0, 5 0:1');
    expect(cut(tokenizer(), '')).toBe('1 0:0');
    expect(cut(tokenizer({ ...noPrefix, ...noFirst }), 'ab')).toBe('6 0:2');
    expect(tokenizer().first).toBe(1);
    expect(tokenizer(noFirst).first).toBeUndefined();
    expect(tokenizer({ bos: number('tokenizer.ggml.bos_token_id', 2) }).first).toBe(2);
  });

  it('merges the pair of the highest score first, the leftmost of equal ones', () => {
    const made = tokenizer({
      ...noPrefix,
      ...noFirst,
      scores: floats(
        'tokenizer.ggml.scores',
        scores.map((score, id) => (id === 6 ? -1 : score)),
      ),
    });
    expect(cut(made, 'ab ab')).toBe('6 0:2, 7 2:4, 5 4:5');
    const equal = tokenizer({ ...noPrefix, ...noFirst, scores: null });
    expect(cut(equal, ' ab')).toBe('7 0:2, 5 2:3');
  });

  it('falls back to bytes, which all cover their character, and to the unknown token where a byte has none', () => {
    expect(cut(tokenizer(noFirst), 'aéa')).toBe('7 0:1, 11 1:2, 12 1:2, 4 2:3');
    expect(cut(tokenizer({ ...noPrefix, ...noFirst }), 'a😀b')).toBe('4 0:1, 0 1:3, 5 3:4');
    expect(
      cut(tokenizer({ ...noPrefix, ...noFirst, unknown: number('tokenizer.ggml.unknown_token_id', 99) }), 'a😀b'),
    ).toBe('4 0:1, 5 3:4');
  });

  it('cuts user-defined tokens out first, and adds a space after them too', () => {
    expect(cut(tokenizer(noFirst), 'a  b')).toBe('7 0:1, 10 1:3, 3 3:3, 5 3:4');
    expect(cut(tokenizer({ ...noPrefix, ...noFirst }), '<u><u>b', true)).toBe('15 0:3, 15 3:6, 5 6:7');
  });

  it('never puts a special token together from plain text', () => {
    expect(cut(tokenizer({ ...noPrefix, ...noFirst }), '</s>')).toBe('2 0:4');
    expect(cut(tokenizer({ ...noPrefix, ...noFirst }), '</s>', true)).toBe('8 0:2, 9 2:4');
  });

  it('knows bytes and texts', () => {
    const made = tokenizer();
    expect([7, 10, 2, 14].map((id) => made.textOf(id))).toEqual([' a', '  ', '</s>', '[PAD0]']);
    expect([...made.bytesOf(11), ...made.bytesOf(12)]).toEqual([...Buffer.from('é')]);
    expect(tokens.filter((_, id) => made.isSpecial(id))).toEqual(['<unk>', '<s>', '</s>']);
    expect(made.description.message).toBe('SentencePiece BPE');
    expect(() => made.bytesOf(16)).toThrow(/the ids 0 to 15/);
  });

  it('knows which tokens no text gives', () => {
    const made = tokenizer();
    // The byte of a letter that is a token, padding, and parts whose letters are no tokens that merge.
    expect(tokens.filter((_, id) => !made.canOccur(id))).toEqual(['<0x61>', '[PAD0]']);
  });

  it.each([
    [
      'too few scores',
      { scores: floats('tokenizer.ggml.scores', scores.slice(1)) },
      /scores is .* \(15\); expected: number\[16\]/,
    ],
    [
      'a score that is no number',
      {
        scores: floats(
          'tokenizer.ggml.scores',
          scores.map((score, id) => (id === 4 ? NaN : score)),
        ),
      },
      /scores is .*; expected: number\[16\]/,
    ],
    ['scores of another type', { scores: text('tokenizer.ggml.scores', '1') }, /scores is .*; expected: number\[16\]/],
    [
      'a first token that is none',
      { bos: number('tokenizer.ggml.bos_token_id', 16) },
      /bos_token_id is 16; expected: 0…15/,
    ],
    ['no tokens', { tokens: null }, /tokens is missing/],
  ])('is refused with %s', (_, changes: Readonly<Record<string, GgufKey | null>>, message) => {
    expect(() => tokenizer(changes)).toThrow(
      expect.objectContaining({
        name: 'EngineError',
        code: 'model-damaged',
        message: expect.stringMatching(message) as string,
      }),
    );
  });
});

describe.each(['prefix', 'no_prefix'])('the trained vocabulary %s', (vocabulary) => {
  const made = variantsOf(vocabulary)[0]?.tokenizer as ReturnType<typeof tokenizer>;

  it.each([false, true])('covers any text in order (plain: %s)', (plain) => {
    fc.assert(
      fc.property(awkwardText, (text) => {
        const { ids, starts, ends } = made.encode(text, { plain });
        expect(uncovered({ starts, ends }, text.length)).toEqual([]);
        for (let i = 1; i < ids.length; i++) {
          expect(starts[i]).toBeGreaterThanOrEqual(starts[i - 1] as number);
          expect(ends[i]).toBeGreaterThanOrEqual(ends[i - 1] as number);
        }
        expect(ends.at(-1)).toBe(text.length);
        if (plain) expect(Array.from(ids.subarray(1)).some((id) => made.isSpecial(id))).toBe(false);
      }),
      { numRuns: sampled(100, 500) },
    );
  });

  it('can give every token that its training gave', () => {
    const lost = Array.from({ length: made.size }, (_, id) => id).filter((id) => !made.canOccur(id));
    const texts = lost.filter((id) => made.bytesOf(id).length > 1).map((id) => made.textOf(id));
    expect(texts.filter((text) => !isByteName(text))).toEqual(vocabulary === 'prefix' ? ['[PAD3]'] : []);
  });

  it.each([['spaces and a letter', `${' '.repeat(199_999)}x`]])(
    'takes 200,000 characters in one piece: %s',
    (_, text) => {
      expect(made.encode(text, { plain: false }).ends.at(-1)).toBe(text.length);
    },
  );
});
