import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { DrawnMarks } from '../../../src/extension/editor/marks/marks';
import { activated, closeDocuments, inspectSelection, open, replace, select } from '../inspecting';
import { at, drawnWith, moved, text, tokensIn, untilDrawn, words } from '../support/drawn';

describe('the marks in the editor', () => {
  beforeEach(async () => (await activated()).receive({ type: 'setOptions', options: { colouring: 'size' } }));
  afterEach(closeDocuments);

  it('begin at every token, end the last, outline the chosen one, and show the one that is pointed at in the panel', async () => {
    const { document } = await select(await open(`Before.\n${text}\nAfter.`), 8, 8 + text.length);
    await inspectSelection();
    const drawn = await untilDrawn(([first]) => at(first?.drawing, 'chosen').length === 1, 'a token is chosen');
    assert.deepEqual(
      drawn.map(({ uri }) => uri),
      [document.uri.toString()],
    );
    assert.deepEqual(tokensIn(drawn[0]?.drawing), moved(1));
    assert.deepEqual(at(drawn[0]?.drawing, 'end'), moved(1).slice(-1));
    assert.deepEqual(at(drawn[0]?.drawing, 'chosen'), moved(1).slice(-1));
    (await activated()).receive({ type: 'point', position: 1 });
    const [first] = await untilDrawn(([first]) => at(first?.drawing, 'pointed').length > 0, 'a token is pointed at');
    assert.deepEqual(at(first?.drawing, 'pointed'), moved(1).slice(1, 2));
  });

  it('are in both editors of one document', async () => {
    const { document } = await select(await open(text));
    await inspectSelection();
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Three });
    const drawn = await untilDrawn(
      (drawn) => drawn.length === 2 && drawn.every(({ drawing }) => tokensIn(drawing).length === words.length),
      'two editors are marked',
    );
    for (const { uri, drawing } of drawn)
      assert.deepEqual([uri, tokensIn(drawing)], [document.uri.toString(), moved(0)]);
  });

  it('move with edits before them, and stay where they are after edits behind them', async () => {
    const { document } = await select(await open(`${text}\nBehind.`), 0, text.length);
    await inspectSelection();
    await drawnWith(words.length);
    await replace(document, 0, 0, 'New line.\nAnd ');
    await untilDrawn(
      ([first]) => JSON.stringify(tokensIn(first?.drawing)) === JSON.stringify(moved(1, 4)),
      'the marks moved',
    );
    const end = document.getText().length;
    await replace(document, end, end, ' More.');
    await replace(document, 0, 10, '');
    await untilDrawn(
      ([first]) => JSON.stringify(tokensIn(first?.drawing)) === JSON.stringify(moved(0, 4)),
      'the marks moved back',
    );
  });
});

describe('the marks in a long text', () => {
  afterEach(closeDocuments);

  it('are made for the lines in sight only', async () => {
    const editor = await select(await open(`Ships.${'\n'.repeat(129)}Ships.`));
    await inspectSelection();
    const lines = (drawn: readonly DrawnMarks[]) => tokensIn(drawn[0]?.drawing).map(([line]) => line);
    for (const [seen, unseen] of [
      [0, 129],
      [129, 0],
    ] as const) {
      editor.revealRange(new vscode.Range(seen, 0, seen, 0), vscode.TextEditorRevealType.AtTop);
      await untilDrawn(
        (drawn) => lines(drawn).includes(seen) && !lines(drawn).includes(unseen),
        `line ${seen} is marked and line ${unseen} is not`,
      );
    }
  });
});
