import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { bytesOfSpelling } from '../../../src/engine/tokenizer/byteAlphabet';
import { plainToken } from '../../../src/shared/glyphs';
import reference from '../../fixtures/reference.json';
import { activated, closeDocuments, configure, inspect, open } from '../inspecting';
import {
  click,
  commandsOfToken,
  hoverAt,
  linksAt,
  mustHover,
  unset,
  withNeighbours,
  inspected,
  near,
  number,
} from '../support/hovers';

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
const visible = (spelling: string) => plainToken({ bytes: [...bytesOfSpelling(spelling)] });

describe('a hover', () => {
  afterEach(closeDocuments);

  it('on each token of a run is true to the reference', async () => {
    for (const run of reference.runs.filter(({ text }) => text === 'The capital of France is')) {
      const document = await inspected(run.text);
      const tokens = (await activated()).panelState().text?.tokens ?? [];
      for (const { index, id, start, end, size } of tokens) {
        const hover = await mustHover(document, start);
        assert.deepEqual(hover.range, [start, end]);
        assert.equal(id, run.ids[index]);
        assert.match(hover.lines[0] ?? '', new RegExp(`id ${id}, bytes`));
        near(number(/^Size ([\d.]+)/.exec(hover.lines[1] ?? '')?.[1]), size ?? NaN, 5e-4, 'size');
        assert.deepEqual(hover.links, linksAt(index, start, end, id));
        assert.deepEqual(hover.offers, commandsOfToken);
        const expected = hover.lines.find((line) => line.startsWith('Expected here: '));
        if (index === 0) assert.deepEqual([expected, /Surprisal/.test(hover.lines.join())], [undefined, false]);
        else {
          const top = (run['top 3 [position]'][index - 1] ?? []) as [
            id: number,
            spelling: string,
            probability: number,
          ][];
          // A lone mark is followed by its name.
          const found = new RegExp(
            `^Expected here: ${top.map(([, spelling]) => `${escaped(visible(spelling))}(?: [a-z\\d, ]+?)? (\\S+)`).join(' · ')}$`,
          ).exec(expected ?? '');
          assert.ok(found, `${expected}, of the tokens ${top.map(([, spelling]) => visible(spelling)).join(' ')}`);
          for (const [at, [, , probability]] of top.entries())
            near(number(found[at + 1]), probability, 1.2e-3, 'probability');
          near(
            number(/ Surprisal (\S+) bits$/.exec(hover.lines[1] ?? '')?.[1]),
            run['surprisal bits of the next token [position 1..]'][index - 1] ?? NaN,
            5.3e-3,
            'surprisal',
          );
        }
      }
    }
  });

  it('copies the text that it stands on, be it a part of what its tokens hold', async () => {
    const text = 'a 😀 b日';
    const document = await inspected(text);
    for (const [offset, expected] of [
      [0, 'a'],
      [2, '😀'],
      [4, ' b'],
      [6, '日'],
    ] as const) {
      const [, , copy = ''] = (await mustHover(document, offset)).links;
      await click(copy);
      assert.equal(await vscode.env.clipboard.readText(), expected);
    }
  });

  describe('by the setting', () => {
    afterEach(() => unset('hover'));

    it('always is also in every other line that has text, without what needs a run', async () => {
      await inspect('The');
      await configure('hover', 'always');
      const document = await open(`The capital of France is\n\n   \n${'word '.repeat(2000)}end`);
      const { lines, links, range } = await withNeighbours(document, 16);
      assert.match(lines[0] ?? '', /^·France id 4649/);
      assert.deepEqual([links, range], [[], [14, 21]]);
      assert.ok(!lines.some((line) => /Expected|Surprisal/.test(line)));
      assert.equal(await hoverAt(document, 25), null, 'none in an empty line');
      assert.equal(await hoverAt(document, 27), null, 'none in a blank one');
      const far = document.offsetAt(document.lineAt(3).range.start) + 5002;
      assert.deepEqual((await withNeighbours(document, far)).range, [far - 3, far + 2]);
    });
  });
});
