import { afterAll, describe, expect, it } from 'vitest';
import type { Encoding } from '../../../src/engine/tokenizer/encoding';
import { sampled } from '../support/sample';
import { hashOfIds, variantsOf, type Variant } from '../support/tokenizerFixtures';
import { bytesOfText } from '../support/tokenizers';

/**
 * llama.cpp's ids, which `tokenizers` and `sentencepiece` confirm where they do the same: see
 * test/fixtures/make_tokenizers.py.
 */
function givesTheIds(variant: Variant): void {
  for (const { text, plain, hash, encoding } of encoded(variant)) {
    const { ids } = encoding;
    const found = hashOfIds(ids);
    if (found !== hash)
      expect({ text, plain, ids: [...ids], hash: found }).toEqual({ text, plain, ids: 'others', hash });
  }
}

/**
 * The encodings of the variant that is tested: all tests of it look at the same. In `npm test` each variant has a
 * tenth of the texts.
 */
const encodings = new Map<Variant, readonly (Variant['cases'][number] & { readonly encoding: Encoding })[]>();
afterAll(() => encodings.clear());

function encoded(variant: Variant) {
  const found =
    encodings.get(variant) ??
    variant.cases
      // Variants of other names take other texts.
      .filter((_, i) => (i + variant.name.length) % sampled(10, 1) === 0)
      .map((one) => ({ ...one, encoding: variant.tokenizer.encode(one.text, { plain: one.plain }) }));
  encodings.clear();
  encodings.set(variant, found);
  return found;
}

type Bytes = ReturnType<typeof bytesOfText>;

const known = new Map<string, Bytes>();

/** Every variant sees the same texts. */
function bytesOnce(text: string): Bytes {
  const found = known.get(text) ?? bytesOfText(text);
  known.set(text, found);
  return found;
}

/**
 * That the tokens spell these bytes one after the other, and that each covers the whole of every character that it
 * touches.
 */
function keepsEveryByte(
  tokenizer: Variant['tokenizer'],
  { ids, starts, ends }: Encoding,
  bytes: Bytes,
  text: string,
): void {
  let at = 0;
  let right = true;
  ids.forEach((id, i) => {
    if (i === 0 && tokenizer.first !== undefined) {
      right = id === tokenizer.first && starts[i] === 0 && ends[i] === 0;
      return;
    }
    const spelled = tokenizer.bytesOf(id);
    right &&= starts[i] === bytes[at]?.start && spelled.every((byte, j) => byte === bytes[at + j]?.byte);
    at += spelled.length;
    right &&= ends[i] === bytes[at - 1]?.end;
  });
  if (!right || at !== bytes.length) {
    const tokens = Array.from(ids, (id, i) => [tokenizer.textOf(id), starts[i], ends[i]]);
    expect({ text, tokens, bytes: at }).toEqual({ text, tokens: 'others', bytes: bytes.length });
  }
}

describe.each(variantsOf('byte_level').map((variant) => [variant.name, variant] as const))(
  'byte-level BPE, %s',
  (_, variant) => {
    it("gives llama.cpp's ids", () => givesTheIds(variant));

    it('keeps every byte, and covers every character that a token touches', () => {
      for (const { text, encoding } of encoded(variant))
        keepsEveryByte(variant.tokenizer, encoding, bytesOnce(text), text);
    });
  },
);

/**
 * The bytes that SentencePiece tokens stand for in a text: spaces in place of space marks, one more of no extent before
 * each part between tokens that were cut out, and without the white space that such a token swallows.
 */
function sentencePieceBytes(
  text: string,
  cutOut: readonly { readonly start: number; readonly end: number; readonly swallows: boolean }[],
  prefix: boolean,
) {
  const bytes: Bytes[number][] = [];
  const add = (spelled: string, at: number) =>
    bytes.push(...bytesOfText(spelled).map(({ byte, start, end }) => ({ byte, start: start + at, end: end + at })));
  let at = 0;
  for (const { start, end, swallows } of [...cutOut, { start: text.length, end: text.length, swallows: false }]) {
    if (start > at && prefix) bytes.push({ byte: 0x20, start: at, end: at });
    add(text.slice(at, start).replaceAll('▁', ' '), at);
    add(text.slice(start, end), start);
    at = end + (swallows ? (/^[ \t-\r]*/.exec(text.slice(end))?.[0].length ?? 0) : 0);
  }
  return bytes;
}

describe.each(
  ['prefix', 'no_prefix', 'characters'].flatMap((vocabulary) =>
    variantsOf(vocabulary).map((variant) => [`${vocabulary}, ${variant.name}`, variant] as const),
  ),
)('BPE of characters, %s', (_, variant) => {
  it("gives llama.cpp's ids", () => givesTheIds(variant));

  it('keeps every byte, and covers every character that a token touches', () => {
    const { tokenizer, metadata } = variant;
    const prefix = metadata.get('tokenizer.ggml.add_space_prefix') !== false && !metadata.has('tokenizer.ggml.merges');
    const kinds = metadata.get('tokenizer.ggml.token_type') as Int32Array;
    const swallowing = metadata.has('general.name') ? ['<|end|>', '</s>', '<think>', ' '.repeat(6)] : [];
    for (const {
      text,
      encoding: { ids, starts, ends },
    } of encoded(variant)) {
      const spans = Array.from(ids, (id, i) => ({ id, start: starts[i] as number, end: ends[i] as number })).slice(
        tokenizer.first === undefined ? 0 : 1,
      );
      const cutOut = spans.filter(({ id }) => [2, 3, 4].includes(kinds[id] as number));
      for (const { id, start, end } of cutOut) expect(text.slice(start, end)).toBe(tokenizer.textOf(id));
      const bytes = sentencePieceBytes(
        text,
        cutOut.map(({ id, ...span }) => ({ ...span, swallows: swallowing.includes(tokenizer.textOf(id)) })),
        prefix,
      );
      keepsEveryByte(tokenizer, { ids, starts, ends }, bytes, text);
    }
  });
});
