import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFragment, markName, glyphPieces, plainToken, spokenToken } from '../../../../src/shared/glyphs';
import { glyphWords } from '../../../../src/webview/parts/words';
import { sampled } from '../../support/sample';

const bytes = (text: string): readonly number[] => [...new TextEncoder().encode(text)];
const drawn = (text: string): string => plainToken({ bytes: bytes(text) });

describe('a token made visible', () => {
  test('shows white space and control characters', () => {
    expect(drawn(' Paris')).toBe('·Paris');
    expect(drawn('\r\n\t\u00a0')).toBe('␍↵→⍽');
    expect(drawn('\u0000\u001b\u007f')).toBe('␀␛␡');
  });

  test('shows bytes that are no character as hex pairs', () => {
    expect(plainToken({ bytes: [0x20, 0xf0, 0x9f, 0x98] })).toBe('·F0 9F 98');
    expect(glyphPieces([0x61, 0x80, 0x62]).map(({ kind }) => kind)).toEqual(['text', 'hex', 'text']);
    // Overlong, a surrogate, and beyond the last code point.
    expect(glyphPieces([0xc0, 0x80])).toEqual([{ kind: 'hex', text: 'C0 80' }]);
    expect(glyphPieces([0xed, 0xa0, 0x80])).toEqual([{ kind: 'hex', text: 'ED A0 80' }]);
    expect(glyphPieces([0xf4, 0x90, 0x80, 0x80])).toEqual([{ kind: 'hex', text: 'F4 90 80 80' }]);
  });

  test('shows characters that draw nothing by their number', () => {
    expect(drawn('\u200d')).toBe('U+200D');
    expect(drawn('\u202eab')).toBe('U+202Eab');
    expect(drawn('\ufe0f')).toBe('U+FE0F');
    expect(drawn('\ufeff')).toBe('U+FEFF');
  });

  test('keeps a variation selector with its character, and gives a lone combining mark something to sit on', () => {
    expect(drawn('❤\ufe0f')).toBe('❤\ufe0f');
    expect(drawn('\u0301')).toBe('◌\u0301');
    expect(drawn('e\u0301')).toBe('e\u0301');
  });

  test('leaves all other text as it is', () => {
    for (const text of ['naïve', '日本語', 'العربية', '😀', '<|im_start|>']) expect(drawn(text)).toBe(text);
  });

  test('agrees with the platform on what is a character', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (array) => {
        const list = [...array];
        let whole = true;
        try {
          new TextDecoder('utf-8', { fatal: true }).decode(array);
        } catch {
          whole = false;
        }
        return glyphPieces(list).every(({ kind }) => kind !== 'hex') === whole;
      }),
      { numRuns: sampled(100, 2000) },
    );
  });

  test('reads whole text back from its pieces', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'Z', '9', 'é', '日', '😀', '(', '.') }), (text) => {
        expect(drawn(text)).toBe(text);
      }),
    );
  });
});

describe('the name of a lone mark', () => {
  const name = (text: string): string | null => markName(glyphPieces(bytes(text)), glyphWords);
  test('says what it is and how many', () => {
    expect([name(' '), name('    '), name('\n'), name('\n   '), name('\r\n')]).toEqual([
      'space',
      '4 × space',
      'newline',
      'newline, 3 × space',
      'return, newline',
    ]);
    expect(name(' \n \n')).toBe('white space');
  });

  test('is there only where nothing else is', () => {
    expect([name(' a'), name(''), name('\u200d')]).toEqual([null, null, null]);
  });

  test('is what a screen reader says', () => {
    expect(spokenToken({ bytes: bytes(' Paris') }, glyphWords)).toBe('space Paris');
    expect(spokenToken({ bytes: [0xf0, 0x9f] }, glyphWords)).toBe('bytes F0 9F');
  });
});

test('a fragment is a control token, or holds bytes that are no whole character', () => {
  const of = (text: string, special = false) => isFragment({ bytes: bytes(text), special });
  expect([of(' Paris'), of('\n'), of('é'), of('\u200d'), of('<|im_start|>', true)]).toEqual([
    false,
    false,
    false,
    false,
    true,
  ]);
  expect([[0xc3], [0x61, 0x80], []].map((some) => isFragment({ bytes: some, special: false }))).toEqual([
    true,
    true,
    false,
  ]);
});
