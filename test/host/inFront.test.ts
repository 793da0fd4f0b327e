import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, closeAll, command, open, select, sentence, settled, until, write } from './inspecting';

const text = 'The capital of France is';
const inFront = () => vscode.window.tabGroups.activeTabGroup.activeTab;

/** Resolves once the tab in front is another one. */
const tabChanged = (holds: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const ask = () => {
      if (!holds()) return;
      listening.dispose();
      resolve();
    };
    const listening = vscode.window.tabGroups.onDidChangeTabs(ask);
    ask();
  });

const inspected = async () => {
  const { source, document } = (await activated()).panelState();
  return { name: source?.name, excerpt: source?.excerpt, document: document?.name };
};

/** What cannot be read is said in the panel, so that has to be in sight. */
async function withPanel(): Promise<void> {
  await select(await open('Somewhere else'));
  await command();
}

describe('what is in front is inspected', () => {
  afterEach(async () => {
    await closeAll();
    await vscode.commands.executeCommand('vectorscope.clear');
  });

  it('in a preview of Markdown, which shows the source', async () => {
    const uri = await write('previewed.md', text);
    await vscode.commands.executeCommand('markdown.showPreview', uri);
    await tabChanged(() => inFront()?.input instanceof vscode.TabInputWebview);
    await command();
    const { name, excerpt } = await inspected();
    assert.deepEqual([name, excerpt], ['previewed.md', text]);
    assert.equal(vscode.window.visibleTextEditors[0]?.document.uri.toString(), uri.toString());
  });

  it('in a preview that is the editor of its file', async () => {
    const uri = await write('asEditor.md', text);
    await vscode.commands.executeCommand('vscode.openWith', uri, 'vscode.markdown.preview.editor');
    await tabChanged(() => inFront()?.input instanceof vscode.TabInputCustom);
    await vscode.commands.executeCommand('vectorscope.inspectDocument');
    assert.equal((await inspected()).document, 'asEditor.md');
  });

  it('unless it is no text, which a sentence says', async () => {
    await withPanel();
    const folder = vscode.workspace.workspaceFolders![0]!.uri;
    const picture = vscode.Uri.joinPath(folder, 'zeros.png');
    const data = vscode.Uri.joinPath(folder, 'zeros.dat');
    for (const uri of [picture, data]) {
      await vscode.workspace.fs.writeFile(uri, new Uint8Array(4096));
      await vscode.commands.executeCommand('vscode.open', uri, vscode.ViewColumn.One);
      await tabChanged(() => inFront()?.label === uri.path.split('/').at(-1));
      await command();
      assert.match(await sentence(), /^zeros\.(png|dat) cannot be read as text\./);
    }
  });

  it('in a notebook, where the chosen cell is read', async () => {
    const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', {
      cells: [
        { kind: vscode.NotebookCellKind.Code, languageId: 'python', value: 'first' },
        { kind: vscode.NotebookCellKind.Code, languageId: 'python', value: text },
      ],
      metadata: {},
    });
    await vscode.window.showNotebookDocument(notebook, { selections: [new vscode.NotebookRange(1, 2)] });
    await command();
    assert.equal((await inspected()).excerpt, text);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('in a terminal that has a selection', async () => {
    await select(await open('Somewhere else'));
    const written = new vscode.EventEmitter<string>();
    const terminal = vscode.window.createTerminal({
      name: 'ours',
      pty: { onDidWrite: written.event, open: () => written.fire(text), close: () => undefined },
    });
    terminal.show();
    for (;;) {
      await vscode.commands.executeCommand('workbench.action.terminal.selectAll');
      await command();
      if ((await inspected()).name === 'ours') break;
    }
    assert.equal((await inspected()).excerpt?.trim(), text);
    terminal.dispose();
  });

  it('and a diff goes to another group where the panel would cover it', async () => {
    await withPanel();
    const [before, after] = [await write('before.txt', 'The capital of Spain is'), await write('after.txt', text)];
    await vscode.commands.executeCommand('vscode.diff', before, after, 'diff', { viewColumn: vscode.ViewColumn.Two });
    await tabChanged(() => inFront()?.input instanceof vscode.TabInputTextDiff);
    await command();
    await until(settled, 'the diff is inspected');
    const shown = () => vscode.window.tabGroups.all.map(({ activeTab }) => activeTab?.label);
    await tabChanged(() => shown().includes('Vectorscope'));
    assert.ok(shown().includes('diff'), shown().join());
  });

  it('as a chat, if a document without a selection is one', async () => {
    const messages = [{ role: 'user', content: 'Where is Paris?' }];
    const editor = await select(await open(JSON.stringify(messages, null, 2)), 0, 0);
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    await vscode.commands.executeCommand('vectorscope.inspectAsChat');
    const { text: view } = (await activated()).panelState();
    assert.deepEqual(
      view?.chat?.messages.map(({ role }) => role),
      ['user'],
    );
  });
});
