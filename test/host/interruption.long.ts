import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  activated,
  closeDocuments,
  command,
  inspect,
  inspectSelection,
  longText,
  open,
  running,
  select,
  settled,
  until,
  write,
} from './inspecting';

/** Sentences of a text that is run to its end: a second is enough to come between. */
const few = 6;

describe('in the middle of a run', () => {
  afterEach(closeDocuments);

  it('the worker may end: a sentence says what to do, and the next inspection starts another', async () => {
    const { killWorker } = await activated();
    const text = longText(300, few);
    await select(await open(text));
    const done = command();
    await running(text);
    await killWorker();
    await done;
    const { status, text: view } = (await activated()).panelState();
    assert.deepEqual(status.kind, 'failed');
    assert.match(status.kind === 'failed' ? status.message : '', /Inspect again/);
    assert.ok(view, 'the tokens stay');
    const again = await inspectSelection();
    assert.ok(again.run && again.run.length === again.text?.total);
    await inspect('The capital of France is');
  });

  it('the document may be closed: the numbers come, a change meanwhile is seen once it is open again, and a refresh shows it', async () => {
    const { receive, panelState } = await activated();
    const text = longText(500, few);
    const uri = await openFromDisk('closed.txt', text);
    const done = command();
    await running(text);
    await close(uri);
    await done;
    assert.deepEqual(
      [panelState().status.kind, panelState().outOfDate, panelState().run !== null],
      ['ready', false, true],
    );
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text.replaceAll('keeper', 'sailor')));
    await vscode.workspace.openTextDocument(uri);
    await until(({ outOfDate }) => outOfDate, 'the text that was changed meanwhile is marked as old');
    receive({ type: 'refresh' });
    const { source } = await until(
      (state) => state.source?.excerpt.includes('sailor') === true && settled(state),
      'the text of the disk is shown',
    );
    assert.equal(source?.characters, text.length);
  });
});

describe('a refresh', () => {
  afterEach(closeDocuments);

  it('of a document that was deleted gives a sentence and keeps the numbers', async () => {
    const { receive } = await activated();
    const uri = await openFromDisk('deleted.txt', 'The capital of France is');
    await inspectSelection();
    await close(uri);
    await vscode.workspace.fs.delete(uri);
    receive({ type: 'refresh' });
    const { status, run } = await until(
      (state) => state.status.kind === 'failed',
      'the panel says that the document is gone',
    );
    assert.match(status.kind === 'failed' ? status.message : '', /document can no longer be opened/);
    assert.equal(run?.length, 5);
    await inspect('The');
  });
});

/**
 * Opens a file as a user does: an extension that opens one keeps it open for a while after its editor is closed. All of
 * it is selected.
 */
async function openFromDisk(name: string, text: string): Promise<vscode.Uri> {
  const uri = await write(name, text);
  await vscode.commands.executeCommand('vscode.open', uri, { viewColumn: vscode.ViewColumn.One, preview: false });
  await vscode.commands.executeCommand('editor.action.selectAll');
  const editor = vscode.window.activeTextEditor;
  assert.equal(editor?.document.uri.toString(), uri.toString());
  if (editor.selection.isEmpty) {
    await new Promise<void>((resolve) => {
      const listening = vscode.window.onDidChangeTextEditorSelection(() => {
        listening.dispose();
        resolve();
      });
    });
  }
  return uri;
}

async function close(uri: vscode.Uri): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    const listening = vscode.workspace.onDidCloseTextDocument((document) => {
      if (document.uri.toString() !== uri.toString()) return;
      listening.dispose();
      resolve();
    });
  });
  const tabs = vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString());
  assert.ok(await vscode.window.tabGroups.close(tabs));
  await closed;
}
