import ranks from 'gpt-tokenizer/bpeRanks/r50k_base';
import { describe, expect, it } from 'vitest';
import { spellingOf } from '../../../src/engine/tokenizer/byteAlphabet';
import { gpt2Vocabulary } from '../../../src/engine/tokenizer/gpt2';
import { loadTokenizer, readTokenizer } from '../../../src/engine/tokenizer/kinds';
import { readGguf } from '../../../src/engine/weights/gguf';
import { fromBytes } from '../../../src/engine/weights/source';
import type { MetadataValue, Weights } from '../../../src/engine/weights/weights';
import { writeGguf } from '../support/ggufWriter';
import { sampled } from '../support/sample';
import { hashOfIds, variantsOf } from '../support/tokenizerFixtures';

const bytes = ranks.map((token) => Buffer.from(token));
const tokens = bytes.map(spellingOf);
const empty = readGguf(fromBytes(writeGguf({})));

/** The merges as GPT-2 publishes them: a token's is what merging its bytes by the ranks before it leaves. */
function publishedMerges(): string[] {
  const rankOf = new Map(bytes.map((token, rank) => [token.toString('latin1'), rank]));
  return bytes.slice(256).map((token, i) => {
    const parts = Array.from(token.toString('latin1'));
    while (parts.length > 2) {
      const found = parts.slice(1).map((part, at) => rankOf.get((parts[at] as string) + part) ?? Infinity);
      const best = Math.min(...found);
      expect(best).toBeLessThan(256 + i);
      const at = found.indexOf(best);
      parts.splice(at, 2, (parts[at] as string) + (parts[at + 1] as string));
    }
    return parts.map((part) => spellingOf(Buffer.from(part, 'latin1'))).join(' ');
  });
}

const published = publishedMerges();

/** A file with GPT-2's vocabulary and nothing else. */
function weightsOf({
  more = ['<|endoftext|>'],
  moreKinds = [3],
  changes = {},
}: {
  readonly more?: readonly string[];
  readonly moreKinds?: readonly number[];
  readonly changes?: Readonly<Record<string, MetadataValue>>;
} = {}): Weights {
  const keys: Record<string, MetadataValue> = {
    model: 'gpt2',
    pre: 'gpt-2',
    tokens: [...tokens, ...more],
    token_type: Int32Array.from([...tokens.map(() => 1), ...moreKinds]),
    merges: published,
    bos_token_id: tokens.length,
    ...changes,
  };
  return { ...empty, metadata: new Map(Object.entries(keys).map(([key, value]) => [`tokenizer.ggml.${key}`, value])) };
}

describe("GPT-2's vocabulary", () => {
  it('is recognised by its content, and a person is told', async () => {
    const { description, size, notices } = await loadTokenizer(weightsOf());
    expect([description.message, size, notices]).toEqual([
      "byte-level BPE with GPT-2's vocabulary (r50k_base)",
      50_257,
      [],
    ]);
    const spaces = weightsOf({
      more: ['<|endoftext|>', '  ', '[PAD50258]'],
      moreKinds: [3, 4, 5],
      changes: { pre: 'phi-2' },
    });
    expect((await loadTokenizer(spaces)).description.message).toMatch(/GPT-2/);
  });

  it.each([
    ['another token', { tokens: tokens.with(300, 'another') }],
    ['two tokens changed about', { tokens: tokens.with(300, tokens[301] as string).with(301, tokens[300] as string) }],
    ['a token that is special', { token_type: Int32Array.from(tokens, (_, id) => (id === 300 ? 3 : 1)) }],
    ['fewer tokens', { tokens: tokens.slice(0, -1) }],
    ['another merge', { merges: published.with(40_000, 'a b') }],
    ['fewer merges', { merges: published.slice(0, -1) }],
    ['another pre-tokenizer', { pre: 'llama-bpe' }],
    ['no pre-tokenizer', { pre: '' }],
    ['another kind', { model: 'llama' }],
  ])('is not what has %s', async (_, changes) => {
    expect(await gpt2Vocabulary(weightsOf({ more: [], moreKinds: [], changes }))).toBeUndefined();
  });

  const variants = variantsOf('gpt2', weightsOf()).map(
    ({ name, metadata, cases }, turn) =>
      [name, metadata, cases.filter((_, i) => (i + turn) % sampled(4, 1) === 0)] as const,
  );
  it.each(variants)(
    "gives the ids of llama.cpp, `tokenizers` and our own merging of the file's merges: %s",
    async (_, metadata, cases) => {
      const weights = { ...empty, metadata };
      const [through, own] = [await loadTokenizer(weights), readTokenizer(weights)];
      expect([through.description.message, own.description.message, through.first]).toEqual([
        expect.stringMatching(/GPT-2/),
        'byte-level BPE',
        own.first,
      ]);
      for (const { text, plain, hash } of cases) {
        const found = through.encode(text, { plain });
        expect({ text, ...found }).toEqual({ text, ...own.encode(text, { plain }) });
        expect([text, hashOfIds(found.ids)]).toEqual([text, hash]);
      }
    },
  );

  it('cuts out what follows it in a file', async () => {
    const tokenizer = await loadTokenizer(
      weightsOf({ more: ['<|endoftext|>', '  ', '[PAD50258]'], moreKinds: [3, 4, 5] }),
    );
    const { ids, starts, ends } = tokenizer.encode('a  b<|endoftext|>[PAD50258]', { plain: false });
    expect(Array.from(ids.subarray(0, 4), (id, i) => [tokenizer.textOf(id), starts[i], ends[i]])).toEqual([
      ['a', 0, 1],
      ['  ', 1, 3],
      ['b', 3, 4],
      ['<|endoftext|>', 4, 17],
    ]);
    expect(ids.includes(50_258)).toBe(false);
    expect(
      [50_256, 50_257, 50_258, 464].map((id) => [
        tokenizer.isSpecial(id),
        tokenizer.canOccur(id),
        tokenizer.textOf(id),
      ]),
    ).toEqual([
      [true, true, '<|endoftext|>'],
      [false, true, '  '],
      [false, false, '[PAD50258]'],
      [false, true, 'The'],
    ]);
  });
});
