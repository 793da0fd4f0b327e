import { rmSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { localEngine, type LocalEngine } from '../../../src/engine/localEngine';
import { type GgufKey, boolean, number, text, texts } from '../support/ggufWriter';
import { letters, writeTinyModel } from '../support/tinyModel';

const open: { readonly engine: LocalEngine; readonly folder: string }[] = [];
afterEach(async () => {
  for (const { engine, folder } of open.splice(0)) {
    await engine.close();
    rmSync(folder, { recursive: true });
  }
});

async function load(tokenizer: readonly GgufKey[], tokens = letters) {
  const { path, folder } = writeTinyModel({ tokenizer, tokens });
  const engine = localEngine();
  open.push({ engine, folder });
  return { engine, info: await engine.load({ path }) };
}

const first = letters.indexOf('<s>');
const byteLevel = [
  text('tokenizer.ggml.model', 'gpt2'),
  texts('tokenizer.ggml.merges', []),
  boolean('tokenizer.ggml.add_bos_token', true),
  number('tokenizer.ggml.bos_token_id', first),
];

describe('a model that wants a token before every text', () => {
  it('has it at index 0, without extent, and in JSON without bytes', async () => {
    const { engine } = await load([...byteLevel, text('tokenizer.ggml.pre', 'gpt-2')]);
    const { tokens, contextCount, total } = await engine.tokenise({ text: 'that' });
    expect([contextCount, total]).toEqual([0, 5]);
    expect(
      tokens.map(({ index, text: spelled, start, end, special }) => [index, spelled, start, end, special]),
    ).toEqual([
      [0, '<s>', 0, 0, true],
      [1, 't', 0, 1, false],
      [2, 'h', 1, 2, false],
      [3, 'a', 2, 3, false],
      [4, 't', 3, 4, false],
    ]);
    const {
      tokens: written,
      neighbours,
      predictions,
    } = await engine.inspect({ text: 'that', neighbours: 2, top: 2, centred: false, layers: false });
    expect(written.map(({ bytes }) => bytes)).toEqual([[], [116], [104], [97], [116]]);
    expect([neighbours?.[0]?.euclidean.length, predictions?.[0]?.top.length]).toEqual([2, 2]);
  });

  it('keeps it before the context that is kept, and before the text where none is', async () => {
    const { engine } = await load([...byteLevel, text('tokenizer.ggml.pre', 'gpt-2')]);
    const spans = async (contextTokens: number) => {
      const { tokens, contextCount, total } = await engine.tokenise({ context: 'the', text: ' cat', contextTokens });
      return { contextCount, total, tokens: tokens.map(({ text: spelled, start, end }) => [spelled, start, end]) };
    };
    const own = [
      [' ', 0, 1],
      ['c', 1, 2],
      ['a', 2, 3],
      ['t', 3, 4],
    ];
    expect(await spans(2)).toEqual({
      contextCount: 3,
      total: 4,
      tokens: [['<s>', -3, -3], ['h', -2, -1], ['e', -1, 0], ...own],
    });
    expect(await spans(9)).toEqual({
      contextCount: 4,
      total: 4,
      tokens: [['<s>', -3, -3], ['t', -3, -2], ['h', -2, -1], ['e', -1, 0], ...own],
    });
    expect(await spans(0)).toEqual({ contextCount: 0, total: 5, tokens: [['<s>', 0, 0], ...own] });
    expect((await engine.run({ context: 'the', text: ' cat', contextTokens: 0, limit: 2 })).length).toBe(2);
    await expect(engine.tokenise({ text: 'ZZ' })).rejects.toMatchObject({ code: 'empty-text' });
  });

  it('is read from a SentencePiece vocabulary too', async () => {
    const { engine, info } = await load(
      [text('tokenizer.ggml.model', 'llama'), number('tokenizer.ggml.bos_token_id', first)],
      letters.map((letter) => (letter === 'Ġ' ? '▁' : letter)),
    );
    expect(info).toMatchObject({ tokenizer: { message: 'SentencePiece BPE' }, notices: [] });
    const { tokens } = await engine.tokenise({ text: 'a t' });
    expect(tokens.map(({ text: spelled, start, end }) => [spelled, start, end])).toEqual([
      ['<s>', 0, 0],
      [' ', 0, 0],
      ['a', 0, 1],
      [' ', 1, 2],
      ['t', 2, 3],
    ]);
    expect((await engine.run({ text: 'a t' })).length).toBe(5);
  });
});

it('a pre-tokenizer that is not known is said when the model is loaded', async () => {
  const { info } = await load([...byteLevel, text('tokenizer.ggml.pre', 'of-tomorrow')]);
  expect(info.notices.map(({ message }) => message)).toEqual([
    expect.stringMatching(/pre-tokenizer, of-tomorrow, is not known here/),
  ]);
});
