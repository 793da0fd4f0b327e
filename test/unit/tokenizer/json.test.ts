import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { Encoding } from '../../../src/engine/tokenizer/encoding';
import { TokenizerJson } from '../../../src/engine/tokenizer/json/tokenizerJson';
import { sampled } from '../support/sample';
import { awkwardText, bytesOfText, expectedSpans, uncovered } from '../support/tokenizers';

// Every kind of tokenizer.json against `tokenizers`: see test/fixtures/make_tokenizer_json.py.

const folder = new URL('../../fixtures/tokenizer_json/', import.meta.url);
const json = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const truth = v.object({ inFull: v.array(v.string()), ids: v.string(), offsets: v.string() });
const truthSchema = v.object({ readAs: truth, plain: truth });
const texts = v.parse(v.array(v.string()), json('texts.json'));
const kinds = readdirSync(folder)
  .filter((name) => name.endsWith('.truth.json'))
  .map((name) => name.slice(0, -'.truth.json'.length));

interface Described {
  readonly model: { readonly vocab: Readonly<Record<string, number>>; readonly [key: string]: unknown };
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
  readonly [key: string]: unknown;
}

const described = (kind: string) => json(`${kind}.json`) as Described;
const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);
const each = (digests: string, index: number): string => digests.slice(8 * index, 8 * index + 8);
const idsOf = ({ ids }: Encoding): string => Array.from(ids).join(' ');

/** As `tokenizers` has offsets: a token that is only the space that was added has the character after it. */
function inTheirWords(text: string, { ids, starts, ends }: Encoding, first: number | undefined): string {
  return Array.from(ids, (id, i) => {
    const [start, end] = [starts[i] as number, ends[i] as number];
    const added = start === end && !(i === 0 && first !== undefined);
    return `${id}:${start}-${added ? start + (Array.from(text.slice(start, start + 2))[0]?.length ?? 0) : end}`;
  }).join(' ');
}

/** There, what was composed or taken apart comes from its first character alone; here, from all of them. */
const comparable = (kind: string, text: string): boolean =>
  !['qwen2', 'prefix_space', 'unigram', 'unigram_bytes'].includes(kind) || text.normalize('NFC') === text;

describe.each(kinds)('%s', (kind) => {
  const tokenizer = new TokenizerJson(described(kind), {}, undefined);
  const known = v.parse(truthSchema, json(`${kind}.truth.json`));
  const encoded = (['readAs', 'plain'] as const).map((how) => ({
    how,
    all: texts.map((text) => tokenizer.encode(text, { plain: how === 'plain' })),
  }));

  it('gives the ids of tokenizers', () => {
    for (const { how, all } of encoded) {
      all.forEach((encoding, i) => {
        const inFull = known[how].inFull[i];
        if (inFull !== undefined) expect(idsOf(encoding), JSON.stringify(texts[i])).toBe(inFull.replace(/:\S+/g, ''));
        if (digest(idsOf(encoding)) !== each(known[how].ids, i))
          expect.fail(`${how}, other ids for ${JSON.stringify(texts[i])}: ${idsOf(encoding)}`);
      });
    }
  });

  it('gives its offsets where both mean the same by them', () => {
    let compared = 0;
    for (const { how, all } of encoded) {
      all.forEach((encoding, i) => {
        const text = texts[i] as string;
        if (!comparable(kind, text)) return;
        compared++;
        const found = inTheirWords(text, encoding, tokenizer.first);
        const inFull = known[how].inFull[i];
        if (inFull !== undefined) expect(found, JSON.stringify(text)).toBe(inFull);
        if (digest(found) !== each(known[how].offsets, i))
          expect.fail(`${how}, other offsets for ${JSON.stringify(text)}: ${found}`);
      });
    }
    expect(compared).toBeGreaterThan(1.5 * texts.length);
  });

  it('covers any text, in order', () => {
    fc.assert(
      fc.property(awkwardText, fc.boolean(), (text, plain) => {
        const { ids, starts, ends } = tokenizer.encode(text, { plain });
        expect(uncovered({ starts, ends }, text.length)).toEqual([]);
        ids.forEach((id, i) => {
          expect(id).toBeLessThan(tokenizer.size);
          expect(
            (starts[i] as number) <= (ends[i] as number) &&
              (i === 0 || (starts[i] as number) >= (starts[i - 1] as number)),
          ).toBe(true);
        });
      }),
      { numRuns: sampled(40, 300) },
    );
  });

  it('says of every token that occurred that it can', () => {
    const seen = new Set(encoded.flatMap(({ all }) => all.flatMap(({ ids }) => [...ids])));
    const missed = [...seen].filter((id) => !tokenizer.canOccur(id));
    // Of two ways to cut that score alike, what stands beside a token decides; and a spelled unknown token beside
    // something unknown becomes bytes.
    expect(missed.length).toBeLessThanOrEqual(kind.startsWith('unigram') ? 8 : 0);
  });

  it('knows its special tokens, and a padded vocabulary', () => {
    const { added_tokens: added } = described(kind);
    const padded = new TokenizerJson(described(kind), {}, tokenizer.size + 3);
    expect(padded.size).toBe(tokenizer.size + 3);
    expect([padded.textOf(tokenizer.size), padded.isSpecial(tokenizer.size), padded.canOccur(tokenizer.size)]).toEqual([
      `[PAD${tokenizer.size}]`,
      false,
      false,
    ]);
    for (const { id, content } of added)
      expect(tokenizer.textOf(id)).toBe(kind === 'gemma' ? content.replaceAll('▁', ' ') : content);
    expect(() => tokenizer.bytesOf(tokenizer.size)).toThrow(/There is no token/);
  });
});

describe.each(['gpt2', 'smollm', 'llama3', 'qwen2', 'gemma'])('%s', (kind) => {
  const tokenizer = new TokenizerJson(described(kind), {}, undefined);
  const spelled = (text: string) =>
    kind === 'qwen2' ? text.normalize('NFC') : kind === 'gemma' ? text.replaceAll('▁', ' ') : text;

  it('keeps every byte, and covers every character that a token touches', () => {
    for (const text of texts) {
      // White space beside these is taken by them.
      if (/<\/div>|<\|end\|>/.test(text)) continue;
      const { ids, starts, ends } = tokenizer.encode(text, { plain: false });
      const from = tokenizer.first === undefined ? 0 : 1;
      const tokens = Array.from(ids.subarray(from), (id) => [...tokenizer.bytesOf(id)]);
      const bytes = bytesOfText(spelled(text));
      expect(tokens.flat()).toEqual(bytes.map(({ byte }) => byte));
      if (spelled(text).length === text.length && kind !== 'qwen2')
        expect({ starts: [...starts.subarray(from)], ends: [...ends.subarray(from)] }).toEqual(
          expectedSpans(
            bytes,
            tokens.map(({ length }) => length),
          ),
        );
    }
  });
});

describe('a first token', () => {
  const llama3 = described('llama3');
  const firstWith = (config: ConstructorParameters<typeof TokenizerJson>[1], changes: Record<string, unknown> = {}) =>
    new TokenizerJson({ ...llama3, ...changes }, config, undefined).first;
  const bos = llama3.added_tokens.find(({ content }) => content === '<s>')?.id;

  it('is what the post-processor adds, unless the config says otherwise', () => {
    expect(bos).toBeDefined();
    expect(firstWith({})).toBe(bos);
    expect(firstWith({ add_bos_token: false })).toBeUndefined();
    expect(firstWith({ bos_token: '<s>', add_bos_token: true }, { post_processor: null })).toBe(bos);
    expect(firstWith({ bos_token: '<s>' }, { post_processor: null })).toBeUndefined();
    expect(firstWith({}, { post_processor: { type: 'RobertaProcessing', cls: ['<s>', 0], sep: ['</s>', 1] } })).toBe(
      bos,
    );
  });

  it('stands before the text at no place', () => {
    const { ids, starts, ends } = new TokenizerJson(llama3, {}, undefined).encode('', { plain: false });
    expect([[...ids], [...starts], [...ends]]).toEqual([[bos], [0], [0]]);
  });

  it('that is no token is refused', () =>
    expect(() => firstWith({ bos_token: '<gone>', add_bos_token: true }, { post_processor: null })).toThrow(
      /post_processor is <gone>/,
    ));
});

describe('what normalising does', () => {
  const spans = (kind: string, text: string) => {
    const { ids, starts, ends } = new TokenizerJson(described(kind), {}, undefined).encode(text, { plain: false });
    return Array.from(ids, (_, i) => [starts[i], ends[i]]);
  };

  it('keeps a letter and its marks together', () => {
    expect(spans('qwen2', 'e\u0301').every(([start, end]) => start === 0 && end === 2)).toBe(true);
    expect(
      spans('qwen2', '\u1112\u1161\u11ABa')
        .slice(0, -1)
        .every(([start, end]) => start === 0 && end === 3),
    ).toBe(true);
  });

  it('lower-cases a sigma as any', () => {
    const tokenizer = new TokenizerJson(described('prefix_space'), {}, undefined);
    const text = (shown: string) => Array.from(tokenizer.encode(shown, { plain: true }).ids);
    expect(text('ΑΣ')).toEqual(text('ας'.replace('ς', 'σ')));
  });
});

describe('what cannot be used', () => {
  const gpt2 = described('gpt2');
  const gemma = described('gemma');
  const opened = (json: unknown, rows?: number) => () => new TokenizerJson(json, {}, rows);

  it.each([
    [
      'a normaliser',
      { ...gpt2, normalizer: { type: 'Precompiled', precompiled_charsmap: '' } },
      /normalizer is Precompiled/,
    ],
    ['a pre-tokenizer', { ...gpt2, pre_tokenizer: { type: 'UnicodeScripts' } }, /pre_tokenizer is UnicodeScripts/],
    [
      'a pattern',
      { ...gpt2, pre_tokenizer: { type: 'Split', pattern: { Regex: '(?<' }, behavior: 'Isolated' } },
      /pre_tokenizer\.pattern is /,
    ],
    ['a model', { ...gpt2, model: { type: 'WordPiece', vocab: {} } }, /model is WordPiece/],
    ['a post-processor', { ...gpt2, post_processor: { type: 'Other' } }, /post_processor is Other/],
    ['a suffix', { ...gpt2, model: { ...gpt2.model, end_of_word_suffix: '</w>' } }, /model\.end_of_word_suffix/],
    ['a vocabulary', { ...gpt2, model: { ...gpt2.model, vocab: { a: -1 } } }, /model\.vocab/],
    ['merges', { ...gpt2, model: { ...gpt2.model, merges: ['a b c'] } }, /model\.merges/],
    [
      'merges of what is no token',
      { ...gpt2, model: { ...gpt2.model, merges: ['a nothing'] } },
      /merges\[0\] is a nothing; expected: model\.vocab/,
    ],
    ['tokens by draw', { ...gpt2, model: { ...gpt2.model, dropout: 0.1 } }, /model\.dropout/],
    ['added tokens', { ...gpt2, added_tokens: [{ id: 'x' }] }, /added_tokens/],
    ['all', 'text', /tokenizer\.json/],
  ])('%s is named', (_, json, message) => expect(opened(json)).toThrow(message));

  it('texts that grow with every step end', () => {
    const doubled = { type: 'Replace', pattern: { String: 'a' }, content: 'aa' };
    expect(
      opened({ ...gpt2, normalizer: { type: 'Sequence', normalizers: Array.from({ length: 24 }, () => doubled) } }),
    ).toThrow(/do more work on each character/);
  });

  it('deep nesting ends', () => {
    let nested: unknown = null;
    for (let i = 0; i < 10_000; i++) nested = { type: 'Sequence', pretokenizers: [nested] };
    expect(opened({ ...gpt2, pre_tokenizer: nested })).toThrow(/pre_tokenizer is Sequence/);
  });

  it('tokens without a row are read as plain text, and a notice says so; others are damage', () => {
    const rows = Object.keys(gemma.model.vocab).length;
    const tokenizer = new TokenizerJson(gemma, {}, rows);
    const beyond = gemma.added_tokens.filter(({ id }) => id >= rows);
    expect(beyond.length).toBeGreaterThan(0);
    expect(tokenizer.notices.map(({ message }) => message)).toEqual([
      expect.stringContaining(`${beyond.length} tokens for which the model has no row`),
    ]);
    expect(
      Math.max(...tokenizer.encode(beyond.map(({ content }) => content).join(' '), { plain: false }).ids),
    ).toBeLessThan(rows);
    const alone = { ...gemma, added_tokens: beyond.slice(0, 1) };
    expect(new TokenizerJson(alone, {}, rows).notices[0]?.message).toContain('1 token for which');
    expect(opened(gemma, rows - 1)).toThrow(/expected: < \d+/);
  });

  it('a word that every object has is a token like any other', () => {
    const { model } = gpt2;
    const vocab = { ...model.vocab, constructor: 5000 };
    const tokenizer = new TokenizerJson({ ...gpt2, model: { ...model, vocab, ignore_merges: true } }, {}, undefined);
    expect([...tokenizer.encode('constructor', { plain: true }).ids]).toEqual([5000]);
  });
});
