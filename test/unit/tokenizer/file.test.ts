import { describe, expect, it } from 'vitest';
import { array, boolean, integers, number, text, texts, u32, valueTypes, type GgufKey } from '../support/ggufWriter';
import { cut, tokenizerOf } from '../support/tokenizers';

const tokens = ['a', 'b', 'c', 'Ġ', 'ab', 'abc', 'Ġab', '<s>', '<s><s>', '[U]', '<unk>', '[Pé0]', 'Ã', '©', 'é x'];
const kinds = [1, 1, 1, 1, 1, 1, 1, 3, 3, 4, 2, 5, 1, 1, 1];
const merges = ['a b', 'ab c', 'Ġ ab'];

/** A small tokenizer; a key given here takes the place of the one of that name, null leaves it out. */
function tokenizer(changes: Readonly<Record<string, GgufKey | null>> = {}) {
  const keys: Record<string, GgufKey | null> = {
    model: text('tokenizer.ggml.model', 'gpt2'),
    pre: text('tokenizer.ggml.pre', 'gpt-2'),
    tokens: texts('tokenizer.ggml.tokens', tokens),
    kinds: integers('tokenizer.ggml.token_type', kinds),
    merges: texts('tokenizer.ggml.merges', merges),
    ...changes,
  };
  return tokenizerOf(Object.values(keys).filter((key) => key !== null));
}

describe('a tokenizer from a file', () => {
  it('merges by rank', () => {
    expect(cut(tokenizer(), 'abc ab')).toBe('5 0:3, 6 3:6');
  });

  it('cuts special tokens out, the longest match first, unless the text is plain', () => {
    expect(cut(tokenizer(), 'a<s><s><s>b')).toBe('0 0:1, 8 1:7, 7 7:10, 1 10:11');
    expect(cut(tokenizer(), 'a<s>b', true)).toBe('0 0:1, 1 4:5');
    expect(cut(tokenizer(), '<unk>')).toBe('10 0:5');
  });

  it('cuts user-defined tokens out always', () => {
    for (const plain of [false, true]) expect(cut(tokenizer(), 'ab[U]c', plain)).toBe('4 0:2, 9 2:5, 2 5:6');
  });

  it('knows which tokens plain text never gives', () => {
    const made = tokenizer();
    expect(tokens.filter((_, id) => made.isSpecial(id))).toEqual(['<s>', '<s><s>', '<unk>']);
  });

  it('reads normal tokens in the byte alphabet and the others as they are spelled', () => {
    const made = tokenizer();
    expect([6, 12, 7, 9, 11, 14].map((id) => made.textOf(id))).toEqual([
      ' ab',
      '\uFFFD',
      '<s>',
      '[U]',
      '[Pé0]',
      '\uFFFD x',
    ]);
    expect([...made.bytesOf(12), ...made.bytesOf(13)]).toEqual([...Buffer.from('é')]);
  });

  it('covers a whole character with each of its bytes', () => {
    expect(cut(tokenizer(), 'aéb')).toBe('0 0:1, 12 1:2, 13 1:2, 1 2:3');
  });

  it('begins with the token that the model wants before every text', () => {
    const made = tokenizer({
      add: boolean('tokenizer.ggml.add_bos_token', true),
      bos: number('tokenizer.ggml.bos_token_id', 7),
    });
    expect(cut(made, 'a')).toBe('7 0:0, 0 0:1');
    expect(cut(made, '', true)).toBe('7 0:0');
    expect(
      cut(
        tokenizer({
          add: boolean('tokenizer.ggml.add_bos_token', false),
          bos: number('tokenizer.ggml.bos_token_id', 7),
        }),
        'a',
      ),
    ).toBe('0 0:1');
  });

  it.each([
    ['gpt-2', text('tokenizer.ggml.pre', 'gpt-2'), []],
    ['default', text('tokenizer.ggml.pre', 'default'), []],
    [
      'a name that is not known',
      text('tokenizer.ggml.pre', '__proto__'),
      [expect.stringMatching(/pre-tokenizer, __proto__, is not known here, so texts are cut as for GPT-2/) as string],
    ],
    ['no name', null, [expect.stringMatching(/does not name its pre-tokenizer/) as string]],
  ])('says what it could not know of the pre-tokenizer: %s', (_, pre, notices) => {
    const made = tokenizer({ pre });
    expect(made.notices.map(({ message }) => message)).toEqual(notices);
    expect(cut(made, 'abc ab')).toBe('5 0:3, 6 3:6');
  });

  it('takes a whole piece as it is where the pre-tokenizer says so', () => {
    const changes = {
      tokens: texts('tokenizer.ggml.tokens', ['a', 'b', 'ab', 'bb', 'abb', '<s>']),
      kinds: integers('tokenizer.ggml.token_type', [1, 1, 1, 1, 1, 3]),
      merges: texts('tokenizer.ggml.merges', ['b b', 'a b']),
    };
    expect(cut(tokenizer(changes), 'abb')).toBe('0 0:1, 3 1:3');
    const whole = tokenizer({
      ...changes,
      pre: text('tokenizer.ggml.pre', 'llama-bpe'),
      bos: number('tokenizer.ggml.bos_token_id', 5),
    });
    expect(cut(whole, 'abb')).toBe('5 0:0, 4 0:3');
    expect(cut(whole, 'abbb')).toBe('5 0:0, 0 0:1, 3 1:3, 1 3:4');
    expect([4, 5].map((id) => [whole.canOccur(id), tokenizer(changes).canOccur(id)])).toEqual([
      [true, false],
      [true, true],
    ]);
    expect(whole.first).toBe(5);
  });

  it('lets special tokens of Phi-3 swallow the white space after them', () => {
    const made = tokenizer({
      name: text('general.name', 'Phi-3 mini'),
      tokens: texts('tokenizer.ggml.tokens', [
        'a',
        'b',
        'c',
        'Ġ',
        'ab',
        'abc',
        'Ġab',
        '<s>',
        '<e>',
        '[U]',
        '<unk>',
        '[Pé0]',
        'Ã',
        '©',
        'é x',
      ]),
    });
    expect(cut(made, 'a <e> \n\t b')).toBe('0 0:1, 3 1:2, 8 2:5, 1 9:10');
    expect(cut(made, '<s> b')).toBe('7 0:3, 3 3:4, 1 4:5');
    expect(cut(made, '<e>  ')).toBe('8 0:3');
  });

  it('never gives a row that only fills the matrix up, and shows it by its name', () => {
    const made = tokenizer({
      tokens: texts('tokenizer.ggml.tokens', [...tokens, '[PAD15]']),
      kinds: integers('tokenizer.ggml.token_type', [...kinds, 5]),
    });
    for (const plain of [false, true]) expect(cut(made, '[PAD15]a', plain)).toBe('0 7:8');
    expect([made.size, made.textOf(15), made.isSpecial(15), made.canOccur(15)]).toEqual([16, '[PAD15]', false, false]);
  });

  it('takes every token as normal when the file gives no kinds', () => {
    expect(cut(tokenizer({ kinds: null }), 'a<s>b')).toBe('0 0:1, 1 4:5');
  });

  it.each([
    ['no model', { model: null }, 'model-damaged', /tokenizer\.ggml\.model is missing/],
    [
      'another model',
      { model: text('tokenizer.ggml.model', 't5') },
      'model-unsupported',
      /tokenizer\.ggml\.model is t5; Vectorscope reads gpt2, llama, gemma4/,
    ],
    [
      'a pre-tokenizer that is no text',
      { pre: number('tokenizer.ggml.pre', 1) },
      'model-damaged',
      /pre is 1; expected: string/,
    ],
    ['no tokens', { tokens: null }, 'model-damaged', /tokens is missing/],
    ['no merges', { merges: null }, 'model-damaged', /merges is missing/],
    [
      'a merge of an unknown token',
      { merges: texts('tokenizer.ggml.merges', ['a b', 'a z']) },
      'model-damaged',
      /merges\[1\] is /,
    ],
    [
      'a merge that makes an unknown token',
      { merges: texts('tokenizer.ggml.merges', ['c a']) },
      'model-damaged',
      /merges\[0\] is /,
    ],
    ['a merge without a space', { merges: texts('tokenizer.ggml.merges', ['ab']) }, 'model-damaged', /merges\[0\] is /],
    [
      'a merge that makes a special token',
      {
        tokens: texts('tokenizer.ggml.tokens', ['<', 's>', '<s>']),
        kinds: integers('tokenizer.ggml.token_type', [1, 1, 3]),
        merges: texts('tokenizer.ggml.merges', ['< s>']),
      },
      'model-damaged',
      /merges\[0\] is /,
    ],
    [
      'too few kinds',
      { kinds: integers('tokenizer.ggml.token_type', kinds.slice(1)) },
      'model-damaged',
      /token_type is .* \(14\); expected: \(1…6\)\[15\]/,
    ],
    [
      'an unknown kind',
      { kinds: integers('tokenizer.ggml.token_type', [...kinds.slice(1), 7]) },
      'model-damaged',
      /token_type is /,
    ],
    [
      'kinds of another type',
      { kinds: array('tokenizer.ggml.token_type', valueTypes.f32, 1, u32(0)) },
      'model-damaged',
      /token_type is /,
    ],
    [
      'a first token that is none',
      { add: boolean('tokenizer.ggml.add_bos_token', true), bos: number('tokenizer.ggml.bos_token_id', 15) },
      'model-damaged',
      /bos_token_id is 15; expected: 0…14/,
    ],
    [
      'a first token that is missing',
      { add: boolean('tokenizer.ggml.add_bos_token', true) },
      'model-damaged',
      /bos_token_id is missing/,
    ],
  ])('is refused with %s', (_, changes: Readonly<Record<string, GgufKey | null>>, code, message) => {
    expect(() => tokenizer(changes)).toThrow(
      expect.objectContaining({ name: 'EngineError', code, message: expect.stringMatching(message) }),
    );
  });
});
