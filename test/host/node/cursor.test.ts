import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeDocuments } from '../inspecting';
import { choose, chosen, inspected, positionsDuring, put } from '../support/selections';

const text = 'The capital of France is';

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
