import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, closeAll, closeDocuments, inspect, inspectSelection, open, select } from './inspecting';

describe('the panel', () => {
  afterEach(closeDocuments);

  it('says how many other selections were not inspected', async () => {
    const editor = await select(await open('one two three four'));
    editor.selections = [
      new vscode.Selection(0, 4, 0, 7),
      new vscode.Selection(0, 8, 0, 13),
      new vscode.Selection(0, 14, 0, 18),
    ];
    const { source, text } = await inspectSelection();
    assert.deepEqual([source?.otherSelections, source?.excerpt, source?.wholeLine], [2, 'two', false]);
    assert.deepEqual(text?.tokens.map((token) => token.text).join(''), 'two');
  });

  it('shows the line of the cursor when nothing is selected', async () => {
    const editor = await select(await open('first line\nsecond line\nthird'));
    editor.selection = new vscode.Selection(1, 3, 1, 3);
    const { source } = await inspectSelection();
    assert.deepEqual([source?.excerpt, source?.wholeLine, source?.start], ['second line', true, 11]);
  });

  it('inspects what is selected beside it while it has the focus itself', async () => {
    const document = await open('The capital of France is');
    const editor = await select(document);
    await inspectSelection();
    editor.selection = new vscode.Selection(0, 4, 0, 11);
    const left = new Promise<void>((resolve) => {
      const listening = vscode.window.onDidChangeActiveTextEditor((active) => {
        if (active) return;
        listening.dispose();
        resolve();
      });
    });
    await vscode.commands.executeCommand('workbench.action.focusSecondEditorGroup');
    await left;
    assert.equal(vscode.window.activeTextEditor, undefined);
    const { source } = await inspectSelection();
    assert.equal(source?.excerpt, 'capital');
  });

  it('leaves the inspection as it is when it is closed; Clear Inspection forgets it', async () => {
    const shown = await inspect('The capital of France is');
    await closeAll();
    const { panelState } = await activated();
    assert.deepEqual(panelState().text, shown.text);
    await vscode.commands.executeCommand('vectorscope.clear');
    assert.deepEqual([panelState().status.kind, panelState().source, panelState().text], ['empty', null, null]);
  });
});
