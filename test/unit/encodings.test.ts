import fc from 'fast-check';
import { encode as cl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { encode as o200k } from 'gpt-tokenizer/encoding/o200k_base';
import { encode as r50k } from 'gpt-tokenizer/encoding/r50k_base';
import { describe, expect, it } from 'vitest';
import { encodeWith } from '../../src/engine/tokenizer/encodings';
import { encodings, type EncodingName } from '../../src/shared/engine';
import { sampled } from './support/sample';
import { awkwardText, bytesOfText, expectedSpans, uncovered } from './support/tokenizers';

const library: Readonly<Record<EncodingName, typeof o200k>> = {
  o200k_base: o200k,
  cl100k_base: cl100k,
  r50k_base: r50k,
};

describe.each(encodings)('%s', (name) => {
  it('gives the ids of gpt-tokenizer, special tokens as plain text', async () => {
    await fc.assert(
      fc.asyncProperty(awkwardText, async (text) => {
        // gpt-tokenizer takes JavaScript's \s, which differs from the original's in these two.
        const usual = text.replace(/[\u0085\uFEFF]/g, '');
        const { tokens } = await encodeWith(name, usual);
        expect(tokens.map(({ id }) => id)).toEqual(library[name](usual, { disallowedSpecial: new Set() }));
      }),
      { numRuns: sampled(100, 300) },
    );
  });

  it('keeps every byte in order and covers every character whole', async () => {
    await fc.assert(
      fc.asyncProperty(awkwardText, async (text) => {
        const { encoding, count, tokens } = await encodeWith(name, text);
        const bytes = bytesOfText(text);
        const spans = { starts: tokens.map(({ start }) => start), ends: tokens.map(({ end }) => end) };
        expect([encoding, count]).toEqual([name, tokens.length]);
        expect(tokens.flatMap((token) => token.bytes)).toEqual(bytes.map(({ byte }) => byte));
        expect(spans).toEqual(
          expectedSpans(
            bytes,
            tokens.map((token) => token.bytes.length),
          ),
        );
        expect(
          uncovered({ starts: Uint32Array.from(spans.starts), ends: Uint32Array.from(spans.ends) }, text.length),
        ).toEqual([]);
      }),
      { numRuns: sampled(100, 300) },
    );
  });
});

describe('the encodings', () => {
  // Ids as tiktoken gives them.
  it.each([
    ['o200k_base', 'The capital of France is', [976, 9029, 328, 10128, 382]],
    ['cl100k_base', 'The capital of France is', [791, 6864, 315, 9822, 374]],
    ['r50k_base', 'The capital of France is', [464, 3139, 286, 4881, 318]],
    ['o200k_base', 'a\u0085\u0085b \uFEFF\uFEFFx', [64, 126, 227, 126, 227, 65, 71280, 5574, 87]],
    ['cl100k_base', 'a\u0085\u0085b \uFEFF\uFEFFx', [64, 126, 227, 126, 227, 65, 76880, 3305, 87]],
    ['r50k_base', 'a\u0085\u0085b \uFEFF\uFEFFx', [64, 126, 227, 126, 227, 65, 27332, 119, 123, 171, 119, 123, 87]],
  ] as const)('%s cuts %j as its original does', async (name, text, ids) => {
    expect((await encodeWith(name, text)).tokens.map(({ id }) => id)).toEqual(ids);
  });

  it('count nothing in an empty text', async () => {
    expect(await encodeWith('o200k_base', '')).toEqual({ encoding: 'o200k_base', count: 0, tokens: [] });
  });
});
