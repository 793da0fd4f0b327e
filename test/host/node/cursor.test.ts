import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, closeDocuments, until } from '../inspecting';
import { choose, chosen, inspected, put } from '../support/selections';

const text = 'The capital of France is';

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
});
