import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, closeAll, open, replace, select, until } from './inspecting';
import { at, cleared, tokensIn, untilDrawn } from './support/drawn';

describe('a document that is inspected as a whole', () => {
  afterEach(closeAll);

  it('is coloured in the editor and its ruler, is measured again after an edit, and shows a token of the panel', async () => {
    const { receive, engineCalls } = await activated();
    const own = 'The capital of France is';
    const text = `${own}\nParis. The zebra of Spain.\n${'\n'.repeat(60)}And the end.`;
    const document = await open(text);
    const editor = await select(document, 0, 0);
    await vscode.commands.executeCommand('vectorscope.inspectDocument');
    // The first token has no surprisal, and the line's ending is a token of it.
    const { document: view } = await until((state) => state.document?.progress === 'done', 'the document is measured');
    assert.ok(view);
    assert.deepEqual([view.failure, view.outOfDate, view.measured], [null, false, view.tokens]);
    assert.deepEqual([view.uri, view.lines.tokens[0], view.lines.tokens.length], [document.uri.toString(), 5, 63]);
    const ruler = view.surprising
      .map(({ start }) => document.positionAt(start))
      .map(({ line, character }) => [line, character] as const)
      .toSorted(([a, x], [b, y]) => a - b || x - y);
    assert.ok(ruler.length > 10);
    const [first] = await untilDrawn(
      ([one]) =>
        JSON.stringify(at(one?.drawing, 'surprising').map(([line, from]) => [line, from])) === JSON.stringify(ruler),
      `the ruler shows ${JSON.stringify(ruler)}`,
    );
    assert.deepEqual(
      tokensIn(first?.drawing).filter(([line]) => line === 0),
      [0, 3, 11, 14, 21].map((from, i, all) => [0, from, all[i + 1] ?? own.length]),
    );
    const coloured = at(first?.drawing, 'level1', 'level2', 'level3', 'level4', 'level5');
    assert.ok(coloured.length > 10);

    const calls = engineCalls();
    await replace(document, own.length, own.length, ' not');
    const edited = await until((state) => state.document?.outOfDate === true, 'the numbers are out of date');
    assert.equal(edited.document?.total.bits, view.total.bits);
    const { document: after } = await until(
      (state) => state.document?.outOfDate === false && state.document.progress === 'done',
      'the edited document is measured',
    );
    assert.ok(after && engineCalls() > calls);
    assert.deepEqual([after.lines.tokens[0], after.tokens], [6, view.tokens + 1]);

    const start = document.getText().indexOf('end.');
    receive({ type: 'revealInDocument', start, end: start + 3 });
    await new Promise<void>((resolve) => {
      const isThere = () => document.getText(editor.selection) === 'end';
      if (isThere()) return resolve();
      const listening = vscode.window.onDidChangeTextEditorSelection(() => {
        if (!isThere()) return;
        listening.dispose();
        resolve();
      });
    });
    receive({ type: 'closeDocument' });
    await cleared();
  });
});
