import { describe, expect, it } from 'vitest';
import { bytesOfText, expectedSpans } from './support/tokenizers';
import { variantsOf, type Variant } from './support/tokenizerFixtures';

/** llama.cpp's ids, which `tokenizers` and `sentencepiece` confirm where they do the same: see test/fixtures/make_tokenizers.py. */
function givesTheIds({ tokenizer, cases }: Variant): void {
  for (const { text, plain, ids } of cases) {
    const found = [...tokenizer.encode(text, { plain }).ids];
    if (found.join() !== ids.join()) expect({ text, plain, ids: found }).toEqual({ text, plain, ids });
  }
}

describe.each(variantsOf('byte_level').map((variant) => [variant.name, variant] as const))('byte-level BPE, %s', (_, variant) => {
  it("gives llama.cpp's ids", () => givesTheIds(variant));

  it('keeps every byte, and covers every character that a token touches', () => {
    const { tokenizer, cases } = variant;
    for (const { text, plain } of cases) {
      const { ids, starts, ends } = tokenizer.encode(text, { plain });
      const from = tokenizer.first === undefined ? 0 : 1;
      if (from === 1) expect([starts[0], ends[0]]).toEqual([0, 0]);
      const tokens = Array.from(ids.subarray(from), (id) => [...tokenizer.bytesOf(id)]);
      const bytes = bytesOfText(text);
      expect(tokens.flat()).toEqual(bytes.map(({ byte }) => byte));
      expect({ starts: [...starts.subarray(from)], ends: [...ends.subarray(from)] }).toEqual(expectedSpans(bytes, tokens.map(({ length }) => length)));
    }
  });
});

/**
 * The bytes that SentencePiece tokens stand for in a text: spaces in place of space marks, one more of no extent before each part between
 * tokens that were cut out, and without the white space that such a token swallows.
 */
function sentencePieceBytes(text: string, cutOut: readonly { readonly start: number; readonly end: number; readonly swallows: boolean }[], prefix: boolean) {
  const bytes: ReturnType<typeof bytesOfText> = [];
  const add = (spelled: string, at: number) => bytes.push(...bytesOfText(spelled).map(({ byte, start, end }) => ({ byte, start: start + at, end: end + at })));
  let at = 0;
  for (const { start, end, swallows } of [...cutOut, { start: text.length, end: text.length, swallows: false }]) {
    if (start > at && prefix) bytes.push({ byte: 0x20, start: at, end: at });
    add(text.slice(at, start).replaceAll('▁', ' '), at);
    add(text.slice(start, end), start);
    at = end + (swallows ? (/^[ \t-\r]*/.exec(text.slice(end))?.[0].length ?? 0) : 0);
  }
  return bytes;
}

describe.each(['prefix', 'no_prefix'].flatMap((vocabulary) => variantsOf(vocabulary).map((variant) => [`${vocabulary}, ${variant.name}`, variant] as const)))('SentencePiece BPE, %s', (_, variant) => {
  it("gives llama.cpp's ids", () => givesTheIds(variant));

  it('keeps every byte, and covers every character that a token touches', () => {
    const { tokenizer, metadata, cases } = variant;
    const prefix = metadata.get('tokenizer.ggml.add_space_prefix') !== false;
    const kinds = metadata.get('tokenizer.ggml.token_type') as Int32Array;
    const swallowing = metadata.has('general.name') ? ['<|end|>', '</s>', '<think>', ' '.repeat(6)] : [];
    for (const { text, plain } of cases) {
      const { ids, starts, ends } = tokenizer.encode(text, { plain });
      const from = tokenizer.first === undefined ? 0 : 1;
      if (from === 1) expect([starts[0], ends[0]]).toEqual([0, 0]);
      const spans = Array.from(ids, (id, i) => ({ id, start: starts[i] as number, end: ends[i] as number })).slice(from);
      const cutOut = spans.filter(({ id }) => [2, 3, 4].includes(kinds[id] as number));
      for (const { id, start, end } of cutOut) expect(text.slice(start, end)).toBe(tokenizer.textOf(id));
      const bytes = sentencePieceBytes(text, cutOut.map(({ id, ...span }) => ({ ...span, swallows: swallowing.includes(tokenizer.textOf(id)) })), prefix);
      const tokens = spans.map(({ id }) => [...tokenizer.bytesOf(id)]);
      expect(tokens.flat()).toEqual(bytes.map(({ byte }) => byte));
      expect({ starts: spans.map(({ start }) => start), ends: spans.map(({ end }) => end) }).toEqual(expectedSpans(bytes, tokens.map(({ length }) => length)));
    }
  });
});
