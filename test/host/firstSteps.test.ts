import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, inspectSelection } from './inspecting';

const openSample = async (): Promise<vscode.TextEditor> => {
  await vscode.commands.executeCommand('vectorscope.openSample');
  const editor = vscode.window.activeTextEditor;
  assert.ok(editor, 'an editor is in sight');
  return editor;
};

describe('the first steps', () => {
  // The sample has no file that it could be saved to unasked.
  afterEach(async () => {
    if (vscode.window.activeTextEditor?.document.isUntitled)
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('open the sample with its first sentence selected, which can be inspected at once', async () => {
    const { document, selection } = await openSample();
    assert.deepEqual(
      [document.isUntitled, document.languageId, document.getText(selection)],
      [true, 'markdown', 'The capital of France is'],
    );
    const { text } = await inspectSelection();
    assert.equal(text?.tokens.length, 5);
    await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
  });

  it('open the same sample again while it is open', async () => {
    const { document } = await openSample();
    assert.equal((await openSample()).document, document);
  });

  it('load and unload the model by hand', async () => {
    const { panelState } = await activated();
    await vscode.commands.executeCommand('vectorscope.loadModel');
    assert.equal(panelState().loaded, true);
    await vscode.commands.executeCommand('vectorscope.unloadModel');
    assert.equal(panelState().loaded, false);
    await vscode.commands.executeCommand('vectorscope.unloadModel');
  });

  it('show their pictures', () =>
    vscode.commands.executeCommand('workbench.action.openWalkthrough', 'vectorscope.vectorscope#start', false));
});
