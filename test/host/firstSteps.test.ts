import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extensionId } from '../../src/shared/extensionId';
import { activated, inspectSelection } from './inspecting';

const openSample = async (): Promise<vscode.TextEditor> => {
  await vscode.commands.executeCommand('vectorscope.openSample');
  const editor = vscode.window.activeTextEditor;
  assert.ok(editor, 'an editor is in sight');
  return editor;
};

/** Resolves when the condition holds, which is asked now and at every event. */
const when = (event: vscode.Event<unknown>, holds: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const ask = () => {
      if (!holds()) return;
      listening.dispose();
      resolve();
    };
    const listening = event(ask);
    ask();
  });

/** The titles of the tabs in front, one for each group. */
const inFront = () => vscode.window.tabGroups.all.map(({ activeTab }) => activeTab?.label ?? '');

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
      [true, 'markdown', 'The best way to learn a language is to speak it'],
    );
    const { text } = await inspectSelection();
    assert.equal(text?.tokens.length, 11);
    await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
  });

  it('open the reading guide below the text, in a group of its own, also while the panel has the focus', async () => {
    const { document } = await openSample();
    await inspectSelection();
    await vscode.commands.executeCommand('workbench.action.focusSecondEditorGroup');
    const { tabGroups } = vscode.window;
    await when(tabGroups.onDidChangeTabGroups, () => tabGroups.activeTabGroup.viewColumn === 2);
    await vscode.commands.executeCommand('vectorscope.openGuide');
    await when(tabGroups.onDidChangeTabs, () => inFront().some((label) => label.includes('README.md')));
    assert.equal(inFront().length, 3);
    assert.ok(inFront().includes('Vectorscope'), 'the panel stays in sight');
    assert.ok(vscode.window.visibleTextEditors.some((editor) => editor.document === document));
    // The guide is about the text, so that is inspected from here.
    const { source } = await inspectSelection();
    assert.match(source?.excerpt ?? '', /^The best way/);
    await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
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
    vscode.commands.executeCommand('workbench.action.openWalkthrough', `${extensionId}#start`, false));
});
