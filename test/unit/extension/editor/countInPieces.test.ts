import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodeWith } from '../../../../src/engine/tokenizer/encodings';
import { countInPieces, pieceLength } from '../../../../src/extension/editor/tokenCount/tokenCounter';
import { EngineError } from '../../../../src/shared/errors';
import { defaultEngine } from '../../support/engine';
import { variantsOf } from '../../support/tokenizerFixtures';

const page = readFileSync(new URL('../../../../ARCHITECTURE.md', import.meta.url), 'utf8');
const json = readFileSync(new URL('../../../fixtures/prompts.json', import.meta.url), 'utf8');

/** Much longer than a piece, each with other borders: CRLF, no line end, surrogate pairs, no space. */
const texts: Readonly<Record<string, string>> = {
  prose: page.repeat(4),
  'prose with CRLF': page.repeat(4).replaceAll('\n', '\r\n'),
  'one line': `${page}${json}`.replaceAll(/\s+/g, ' ').repeat(3),
  'pairs of surrogates': `x${'😀👩‍👩‍👧 '.repeat(9000)}`,
  'blank lines': `${'\n'.repeat(7)}  word`.repeat(5000),
  'control tokens': '<|im_start|>user\nHi<|im_end|>\n'.repeat(2000),
};

const inPieces = (text: string, countOf: (part: string) => Promise<number>) =>
  countInPieces({ length: text.length, slice: (start, end) => text.slice(start, end) }, countOf);

const encoded = async (text: string) => (await encodeWith('o200k_base', text)).count;
const tokenised = async (text: string) => (await (await defaultEngine()).tokenise({ text, most: 0 })).total;

const scored = variantsOf('prefix')[0]?.tokenizer;
/** SentencePiece puts a space before a text and a token before that, and cuts no words before it merges. */
const withPrefix = async (text: string) => scored?.encode(text, { plain: false }).ids.length ?? NaN;

describe.each(Object.entries(texts))('a count in pieces of %s', (_, text) => {
  it.each([
    ['o200k_base', encoded],
    ['the default model', tokenised],
    ['SentencePiece', withPrefix],
  ])('equals the count of the whole text by %s', async (_, countOf) => {
    expect(text.length).toBeGreaterThan(2 * pieceLength);
    expect(await inPieces(text, countOf)).toEqual({ tokens: await countOf(text), isExact: false });
  });
});

it('is off by at most a token a piece where one run without a space is longer than a piece', async () => {
  const text = 'abcdefghij'.repeat(10_001);
  const { tokens } = await inPieces(text, encoded);
  expect(Math.abs(tokens - (await encoded(text)))).toBeLessThanOrEqual(Math.ceil(text.length / pieceLength));
});

it('asks once for a text of one piece, never for a text without a character, and never for a long part', async () => {
  const asked: number[] = [];
  const count = async (part: string) => {
    asked.push(part.length);
    return part.length;
  };
  expect(await inPieces('', count)).toEqual({ tokens: 0, isExact: true });
  expect(asked).toEqual([]);
  expect(await inPieces('x'.repeat(pieceLength), count)).toEqual({ tokens: pieceLength, isExact: true });
  expect(asked).toEqual([pieceLength]);
  expect(await inPieces('x'.repeat(100_000), count)).toEqual({ tokens: 100_000, isExact: false });
  expect(Math.max(...asked)).toBeLessThanOrEqual(pieceLength + 512);
});

it('finds no tokens in a part that the vocabulary cannot spell, and rejects with every other failure', async () => {
  const failing = (code: 'empty-text' | 'worker-lost') => () => Promise.reject(new EngineError(code, 'It failed.'));
  expect(await inPieces('x', failing('empty-text'))).toEqual({ tokens: 0, isExact: true });
  await expect(inPieces('x', failing('worker-lost'))).rejects.toMatchObject({ code: 'worker-lost' });
});
