import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, closeAll, closeDocuments, inspect, inspectSelection, open, until, write } from '../inspecting';
import { chosen, inspected, selected } from '../support/selections';

const text = 'The capital of France is';
async function put(editor: vscode.TextEditor, start: number, end = start): Promise<void> {
  const { document } = editor;
  const done = selected(document.uri, start, end);
  editor.selection = new vscode.Selection(document.positionAt(start), document.positionAt(end));
  await done;
}

/** Chooses a token as its chip in the panel does; resolves once its text is selected. */
async function choose(position: number): Promise<vscode.TextEditor> {
  const { receive, panelState } = await activated();
  const { source, text: view } = panelState();
  const token = view?.tokens[position];
  assert.ok(source && token);
  const done = selected(vscode.Uri.parse(source.uri), source.start + token.start, source.start + token.end);
  receive({ type: 'choosePosition', position });
  return done;
}

/** The positions that are chosen one after the other while something goes on. */
async function positionsDuring(work: () => Promise<unknown>): Promise<readonly (number | null)[]> {
  const { onDidChangeState, panelState } = await activated();
  const seen = [panelState().position];
  const listening = onDidChangeState(({ position }) => void (position === seen.at(-1) || seen.push(position)));
  await work();
  listening.dispose();
  return seen;
}

describe('the cursor in the inspected text', () => {
  afterEach(closeDocuments);

  it('chooses the token that it stands before or in, and at the end the last', async () => {
    const editor = await inspected(`Before. ${text} After.`, 8, 8 + text.length);
    for (const [offset, position] of [
      [8, 0],
      [12, 1],
      [8 + 11, 2],
      [8 + text.length, 4],
      [8 + 15, 3],
    ] as const) {
      await put(editor, offset);
      await chosen(position);
    }
  });

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

  it('and selects its text, without choosing another', async () => {
    await inspected(text);
    const seen = await positionsDuring(async () => {
      for (const position of [1, 3, 0]) {
        await choose(position);
        await chosen(position);
      }
    });
    assert.deepEqual(seen, [4, 1, 3, 0]);
  });

  it('and leaves the focus in the panel', async () => {
    await inspected(text);
    const left = new Promise<void>((resolve) => {
      const listening = vscode.window.onDidChangeActiveTextEditor((editor) => {
        if (editor) return;
        listening.dispose();
        resolve();
      });
    });
    await vscode.commands.executeCommand('workbench.action.focusSecondEditorGroup');
    await left;
    await choose(2);
    await chosen(2);
    assert.equal(vscode.window.activeTextEditor, undefined);
  });

  it('and opens a document that was closed, beside the panel', async () => {
    const { document } = await inspected(text);
    const isIts = ({ input }: vscode.Tab) =>
      input instanceof vscode.TabInputText && input.uri.toString() === document.uri.toString();
    const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    assert.ok(await vscode.window.tabGroups.close(tabs().filter(isIts)));
    assert.deepEqual(tabs().filter(isIts), []);
    const panelColumn = () =>
      vscode.window.tabGroups.all.find(({ activeTab }) => activeTab?.input instanceof vscode.TabInputWebview)
        ?.viewColumn;
    const seen = await positionsDuring(async () => {
      const editor = await choose(3);
      await chosen(3);
      assert.notEqual(editor.viewColumn, panelColumn());
    });
    assert.deepEqual(seen, [4, 3]);
    assert.ok(panelColumn(), 'the panel is in sight');
    assert.equal(tabs().filter(isIts).length, 1);
  });

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
