import { describe, expect, it } from 'vitest';
import { attentionTable } from '../../src/cli/layers';
import { ablationOption, headsOption, partName as terminalName } from '../../src/cli/options';
import { localEngine } from '../../src/engine/localEngine';
import { NotFinite } from '../../src/engine/trunk/residuals';
import { defaultModel } from '../../src/shared/defaultModel';
import { whyOf, whyTable } from '../../src/tools/why';
import { translatedPart } from '../../src/webview/attention/ablation';
import { pushingName } from '../../src/webview/attention/difference';
import { byPush, headName } from '../../src/webview/attention/headWords';
import { headsTable } from '../../src/webview/attention/headWords';
import { copiedRows } from '../../src/webview/parts/columns';
import { shortResidual } from '../../src/webview/parts/layers';
import { modelPath } from './support/engine';

const text = 'The capital of France is';
const last = 4;
/** The cells of a printed table's line. */
const cells = (line: string | undefined): readonly string[] => line?.trim().split(/\s+/) ?? [];

describe('a head and a layer have one name', () => {
  it('in a sentence of the panel, and as the terminal takes and prints it', () => {
    const parts = ablationOption('23.4,23.attention,23.feedForward');
    expect(parts.map(terminalName)).toEqual(['23.4', '23.attention', '23.feedForward']);
    expect(parts.map((part) => translatedPart(part))).toEqual([
      'head 23.4',
      'attention of layer 23',
      'feed-forward of layer 23',
    ]);
    const kinds = { mixers: ['convolution', 'attention'] } as const;
    expect(translatedPart({ kind: 'attention', layer: 0 }, kinds)).toBe('the convolution of layer 0');
    expect(headName(23, 4)).toBe('Head 23.4');
    expect(headsOption('23.4')).toEqual([{ layer: 23, head: 4 }]);
  });

  it('in the panel, its copy, the terminal and the tools: the head that pushes most', async () => {
    const engine = localEngine();
    const model = await engine.load({ path: modelPath, sha256: defaultModel.sha256 });
    const { tokens } = await engine.inspect({ text, neighbours: 0, top: 0, layers: false, centred: false });
    const grid = await engine.headGrid({ text, position: last });
    const [best] = byPush(grid);
    expect(best && headName(best.layer, best.head)).toBe('Head 23.4');
    expect(copiedRows(headsTable(grid, tokens))[1]?.slice(0, 2)).toEqual([23, 4]);
    const asked = { engine, model, text: { text }, heads: 'all', push: grid.output.id } as const;
    const lines = (await attentionTable(asked, tokens, tokens.length)).split('\n');
    expect(cells(lines[2]).slice(0, 2)).toEqual(['23', '4']);
    const why = await whyOf({ engine, text: { text }, tokens: [' Paris', ' London'], names: ['a', 'b'] }, last);
    const of = await engine.headGrid({ text, position: last, output: why.json.a.id, against: why.json.b.id });
    expect(why.json.heads[23]?.[4]).toBe(byPush(of)[0]?.cell.push);
    const strongest = why.json.parts.reduce((a, b) => (Math.abs(b.value) > Math.abs(a.value) ? b : a));
    const parts = whyTable(why, model, 'is').split('\n');
    const row = cells(parts[parts.findIndex((line) => line.includes('push on the difference')) + 1]);
    expect(pushingName(strongest)).toBe(`${row[0]} ${row[1]}`);
    await engine.close();
  });

  it('where a residual stands among the layers: after 24 layers it is after layer 23', () => {
    expect([0, 1, 24, 30].map(shortResidual)).toEqual(['in', '0', '23', '29']);
    expect(new NotFinite(24).message).toMatch(/^The residual r24 of the model is not finite/);
  });
});
