import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LocalEngine } from '../../../src/engine/localEngine';
import { areAlike } from '../../../src/shared/sides';
import { agreement, isOneList } from '../../../src/webview/neighbours/finding';
import { atLength } from '../../../src/webview/nextToken/sweep';
import { sentence } from '../../../src/webview/parts/words';
import { agreementDetail } from '../../../src/webview/point/words';
import { alikeWords } from '../../../src/webview/token/histogram';
import { array, integers, number, text, texts, valueTypes } from '../support/ggufWriter';
import { tinyDimensions, writeTinyModel } from '../support/tinyModel';

const kinds = { normal: 1, control: 3, byte: 6 };
/** The text `!` becomes the first token and never the one of its byte. */
const tokens = [...'!abcdefghiklmnoprst', '▁', '<0x21>', '<s>'];
const kindOf = (token: string) =>
  token === '<0x21>' ? kinds.byte : token === '<s>' ? kinds.control : kinds.normal;
const tokenizer = [
  text('tokenizer.ggml.model', 'llama'),
  texts('tokenizer.ggml.tokens', tokens),
  integers('tokenizer.ggml.token_type', tokens.map(kindOf)),
  array(
    'tokenizer.ggml.scores',
    valueTypes.f32,
    tokens.length,
    new Uint8Array(Float32Array.from(tokens, (_, id) => -id).buffer),
  ),
  number('tokenizer.ggml.bos_token_id', tokens.length - 1),
];

/** A size within 0.4 % of 1.031, as all rows of Gemma 3 have. */
function resize(row: Float32Array, id: number): void {
  const factor = (1.031 * (1 + 0.001 * (id % 5))) / Math.hypot(...row);
  row.forEach((one, at) => (row[at] = one * factor));
}

describe('a model whose tokens are all equally large', () => {
  let engine: LocalEngine;
  let folder: string;
  let model: Awaited<ReturnType<LocalEngine['load']>>;
  beforeAll(async () => {
    const change = (row: (id: number) => Float32Array) => tokens.forEach((_, id) => resize(row(id), id));
    const written = writeTinyModel({ tokens, less: ['tokenizer.ggml.tokens'], tokenizer, change });
    folder = written.folder;
    engine = new LocalEngine();
    model = await engine.load({ path: written.path });
  });
  afterAll(async () => {
    await engine.close();
    rmSync(folder, { recursive: true });
  });

  it('is said to be one, in digits that tell the ends apart', () => {
    const { smallest, largest } = model.sizes ?? {};
    expect(areAlike(smallest?.size ?? 0, largest?.size ?? 1)).toBe(true);
    expect(model.sizes && alikeWords(model.sizes, model.vocabulary)).toBe(
      'All 22 tokens are almost equally large, from 1.0310 to 1.0351, so direction tells them apart.',
    );
  });

  it('has one list of neighbours for all metrics', async () => {
    const neighbours = await engine.neighbours({ id: 3, count: 5, centred: false });
    expect(isOneList(neighbours)).toBe(true);
    expect(sentence(agreement(neighbours, 'euclidean'))).toBe(
      'All three metrics list the same five tokens, which are almost equally large',
    );
  });

  it('says why its rulers agree, and that the size of h is no reason', async () => {
    const contrasts = await engine.contrasts({ text: 'that pals' });
    expect(contrasts.kind).toBe('agree');
    if (contrasts.kind !== 'agree') return;
    expect(sentence(agreementDetail(contrasts.reason))).toMatch(/almost equally large \(1\.0310 to 1\.0351\)/);
    const { hidden } = await engine.run({ text: 'that pals' });
    const { lengths } = await engine.prediction({ hidden: hidden.subarray(0, tinyDimensions), count: 5 });
    expect(sentence(atLength(lengths, lengths.actual))).toMatch(/, however large h is\.$/);
  });

  it('names the byte that no text becomes as the file does', async () => {
    const { result } = await engine.lab({ name: 'extremes', options: {} });
    expect(result).toMatchObject({ unreachable: [{ id: tokens.indexOf('<0x21>'), text: '<0x21>' }] });
  });
});
