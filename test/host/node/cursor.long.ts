import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, closeAll, closeDocuments, inspect, inspectSelection, open, until, write } from '../inspecting';
import { choose, chosen, inspected, positionsDuring, put } from '../support/selections';

const text = 'The capital of France is';

describe('the cursor in the inspected text', () => {
  afterEach(closeDocuments);

  it('chooses nothing outside of it, nor in a text that changed since', async () => {
    const editor = await inspected(`Before. ${text} After.`, 8, 8 + text.length);
    const seen = await positionsDuring(async () => {
      for (const offset of [3, 7, 8 + text.length + 1]) await put(editor, offset);
      await put(editor, 8);
      await chosen(0);
      await editor.edit((edit) => edit.insert(editor.document.positionAt(10), '!'));
      await until(({ outOfDate }) => outOfDate, 'the text has changed');
      await put(editor, 20);
      // So that the next edit does not move the cursor.
      await put(editor, 3);
      await editor.edit((edit) =>
        edit.delete(new vscode.Range(editor.document.positionAt(10), editor.document.positionAt(11))),
      );
      await until(({ outOfDate }) => !outOfDate, 'the text is as it was');
      await put(editor, 13);
      await chosen(1);
    });
    assert.deepEqual(seen, [4, 0, 1]);
  });
});

describe('choosing a token in the panel moves the cursor', () => {
  afterEach(closeDocuments);

  it('and selects on its side of a diff, without opening another tab', async () => {
    const [left, right] = [await write('left.txt', text), await write('right.txt', `${text} not`)];
    await vscode.commands.executeCommand('vscode.diff', left, right);
    const editor = vscode.window.visibleTextEditors.find(
      ({ document }) => document.uri.toString() === right.toString(),
    );
    assert.ok(editor, 'the right side is in sight');
    await put(editor, 0, text.length);
    await inspectSelection();
    // The panel's own tab is told of when it likes.
    const tabs = () =>
      vscode.window.tabGroups.all
        .flatMap((group) => group.tabs)
        .filter(({ input }) => !(input instanceof vscode.TabInputWebview)).length;
    const before = tabs();
    assert.equal(await choose(3), editor);
    assert.equal(tabs(), before);
  });

  it('and selects in the cell of a notebook, be it in sight or behind another tab', async () => {
    const notebook = await vscode.workspace.openNotebookDocument(
      'jupyter-notebook',
      new vscode.NotebookData(
        [text, 'Another cell.'].map(
          (value) => new vscode.NotebookCellData(vscode.NotebookCellKind.Code, value, 'plaintext'),
        ),
      ),
    );
    const { document } = notebook.cellAt(0);
    await vscode.window.showNotebookDocument(notebook, { selections: [new vscode.NotebookRange(0, 1)] });
    await vscode.commands.executeCommand('notebook.cell.edit');
    const editor = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
    assert.ok(editor, 'the cell has an editor');
    await put(editor, 0, text.length);
    await inspectSelection();
    await choose(3);
    await chosen(3);
    await vscode.window.showTextDocument(await open('Something else.'), { viewColumn: vscode.ViewColumn.One });
    await choose(1);
    await chosen(1);
  });

  it('and does nothing where the document is gone', async () => {
    const { document } = await inspected(text);
    const { receive } = await activated();
    await closeAll();
    await vscode.workspace.fs.delete(document.uri);
    receive({ type: 'choosePosition', position: 1 });
    await chosen(1);
    // A request that comes later is answered as ever.
    await inspect(`${text} not`);
    await choose(2);
    await chosen(2);
  });
});
