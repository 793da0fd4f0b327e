import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localEngine, type LocalEngine } from '../../../src/engine/localEngine';
import { isOneList } from '../../../src/shared/neighbours';
import { areAlike } from '../../../src/shared/sides';
import { neighboursFinding } from '../../../src/webview/neighbours/finding';
import { atLength } from '../../../src/webview/nextToken/sweep';
import { sentence } from '../../../src/webview/parts/words';
import { agreementDetail } from '../../../src/webview/point/pointWords';
import { alikeWords } from '../../../src/webview/token/histogram';
import { callLab } from '../support/commandLine';
import { tokens, writeEqualSizes } from '../support/equalSizes';

describe('a model whose tokens are all equally large', () => {
  let engine: LocalEngine;
  let [path, folder] = ['', ''];
  let model: Awaited<ReturnType<LocalEngine['load']>>;
  beforeAll(async () => {
    const written = writeEqualSizes();
    ({ path, folder } = written);
    engine = localEngine();
    model = await engine.load({ path });
  });
  afterAll(async () => {
    await engine.close();
    rmSync(folder, { recursive: true });
  });

  it('is said to be one, in digits that tell the ends apart', () => {
    const { smallest, largest } = model.sizes ?? {};
    expect(areAlike(smallest?.size ?? 0, largest?.size ?? 1)).toBe(true);
    expect(model.sizes && alikeWords(model.sizes, model.vocabulary)).toBe(
      'All 22 vectors are almost equally large, from 1.0310 to 1.0351, so direction tells them apart.',
    );
  });

  it('has one list of neighbours for all metrics', async () => {
    const neighbours = await engine.neighbours({ id: 3, count: 5, centred: false });
    expect(isOneList(neighbours)).toBe(true);
    expect(sentence(neighboursFinding({ neighbours }))).toBe('All 3 metrics list the same tokens (5)');
  });

  it('says why its rulers agree, and that the size of h is no reason', async () => {
    const contrasts = await engine.contrasts({ text: 'that pals' });
    expect(contrasts.kind).toBe('agree');
    if (contrasts.kind !== 'agree') return;
    expect(sentence(agreementDetail(contrasts.reason))).toMatch(/almost equally large \(1\.0310 to 1\.0351\)/);
    const { lengths } = await engine.prediction({ text: 'that pals', position: 0, count: 5 });
    expect(sentence(atLength(lengths, lengths.actual))).toMatch(/, however large h is\.$/);
  });

  it('has its sizes in a terminal in four digits', async () => {
    const { out } = await callLab(['extremes', '--model', path]);
    expect(out).toMatch(/^Largest\n.*\n 1 +· +1\.0351$/m);
  });

  it('takes a text of one token in a terminal, although the model adds another before it', async () => {
    const rulers = await callLab(['rulers', '--token', 't', '--k', '3', '--sample', '0', '--model', path]);
    expect([rulers.code, rulers.err]).toEqual([0, '']);
  });

  it('lists none of its few tokens at both ends', async () => {
    const found = await engine.lab({ name: 'extremes', options: {} });
    if (found.name !== 'extremes') throw new Error('Another experiment ran.');
    const ids = [...found.result.longest, ...found.result.shortest].map(({ id }) => id);
    expect(ids).toHaveLength(tokens.length);
    expect(new Set(ids).size).toBe(tokens.length);
  });

  it('names the byte that no text becomes as the file does, everywhere', async () => {
    const byte = { id: tokens.indexOf('<0x21>'), text: '<0x21>' };
    const { result } = await engine.lab({ name: 'extremes', options: {} });
    expect(result).toMatchObject({ unreachable: [byte] });
    expect(await engine.find({ query: '<0x21>', count: 5 })).toMatchObject({
      tokens: [{ ...byte, bytes: [...Buffer.from(byte.text)] }],
      total: 1,
    });
  });
});
