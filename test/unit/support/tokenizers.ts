import fc from 'fast-check';
import { fileURLToPath } from 'node:url';
import type { Encoding } from '../../../src/engine/tokenizer/encoding';
import { readTokenizer } from '../../../src/engine/tokenizer/kinds';
import type { Tokenizer } from '../../../src/engine/tokenizer/tokenizer';
import { readGguf } from '../../../src/engine/weights/gguf';
import { fromBytes, openSource } from '../../../src/engine/weights/source';
import { defaultModel } from '../../../src/shared/defaultModel';
import { writeGguf, type GgufKey } from './ggufWriter';

export function defaultTokenizer(): Tokenizer {
  const weights = readGguf(openSource(fileURLToPath(new URL(`../../../${defaultModel.path}`, import.meta.url))));
  weights.close();
  return readTokenizer(weights);
}

export const tokenizerOf = (keys: readonly GgufKey[]): Tokenizer =>
  readTokenizer(readGguf(fromBytes(writeGguf({ keys }))));

/** A text as it is cut, each token by its id, start and end: `5 0:3, 6 3:6`. */
export function cut(tokenizer: Tokenizer, text: string, plain = false): string {
  const { ids, starts, ends } = tokenizer.encode(text, { plain });
  return Array.from(ids, (id, i) => `${id} ${starts[i]}:${ends[i]}`).join(', ');
}

const awkward = [
  '\uD800',
  '\uDFFF',
  '\uDC00\uD800',
  '😀',
  '👩‍👩‍👧‍👦',
  '👍🏽',
  '🇫🇷',
  '\u200D',
  '\uFE0F',
  '\0',
  '\u0001',
  '\r\n',
  '\n',
  '\r',
  '\t',
  ' ',
  '   ',
  '\u0085',
  '\u00A0',
  '\u00AD',
  '\uFEFF',
  '\uFFFD',
  '\u2028',
  '\u3000',
  'e\u0301',
  '\u0301',
  'o\u0308\u0323',
  'שלום',
  'العربية',
  '\u202E',
  '\u200F',
  '日本語',
  'テキスト',
  '½',
  '٣',
  'Ⅷ',
  '12',
  "'s",
  "'LL",
  'the',
  ' capital',
  'naïve',
  '<|im_start|>',
  '<|im_end|>',
  '<|endoftext|>',
  '<|im_',
  '_start|>',
  '<|endofprompt|>',
];

/**
 * Texts of what tokenizers get wrong: surrogates, joined emoji, control characters, line ends, right-to-left, combining
 * marks, special tokens.
 */
export const awkwardText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(fc.constantFrom(...awkward), fc.string({ unit: 'binary', maxLength: 4 }), fc.string({ maxLength: 6 })),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

/** Every byte of a text as UTF-8, lone surrogates as U+FFFD, with the UTF-16 range of its character. */
export function bytesOfText(text: string): { readonly byte: number; readonly start: number; readonly end: number }[] {
  let start = 0;
  return Array.from(text).flatMap((character) => {
    const end = start + character.length;
    const bytes = Array.from(new TextEncoder().encode(character), (byte) => ({ byte, start, end }));
    start = end;
    return bytes;
  });
}

/**
 * The encoding that tokens of these lengths in bytes have by the rule: a token covers every character that it touches.
 */
export function expectedSpans(
  bytes: readonly { readonly start: number; readonly end: number }[],
  lengths: readonly number[],
): { readonly starts: number[]; readonly ends: number[] } {
  let at = 0;
  const spans = lengths.map((length) => {
    const touched = bytes.slice(at, (at += length));
    return { start: touched[0]?.start ?? NaN, end: touched.at(-1)?.end ?? NaN };
  });
  return { starts: spans.map(({ start }) => start), ends: spans.map(({ end }) => end) };
}

/** Units of the text that lie in no token. */
export function uncovered({ starts, ends }: Pick<Encoding, 'starts' | 'ends'>, length: number): number[] {
  const covered = new Uint8Array(length);
  starts.forEach((start, i) => covered.fill(1, start, ends[i]));
  return Array.from(covered.keys()).filter((unit) => covered[unit] === 0);
}
