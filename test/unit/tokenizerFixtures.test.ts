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
