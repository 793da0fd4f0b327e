import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeDocuments, inspectSelection, open, write } from '../inspecting';
import { choose, chosen, put } from '../support/selections';

const text = 'The capital of France is';

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
});
