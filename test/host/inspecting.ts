import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../src/extension/testApi';
import { extensionId } from '../../src/shared/extensionId';
import type { PanelState } from '../../src/shared/panel';

export const extension = (): vscode.Extension<TestApi> => {
  const found = vscode.extensions.getExtension<TestApi>(extensionId);
  assert.ok(found, 'the extension is installed');
  return found;
};

export const activated = async (): Promise<TestApi> => extension().activate();

/** Longer than any load or run takes; only a test that fails waits so long. Milliseconds. */
const patience = 90_000;

/** Resolves with the first value, the present one included, that the condition holds for. */
export function untilValue<T>(
  changed: vscode.Event<unknown>,
  read: () => T,
  condition: (value: T) => boolean,
  what: string,
  told: (value: T) => unknown,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const check = () => {
      const value = read();
      if (!condition(value)) return;
      clearTimeout(deadline);
      listening.dispose();
      resolve(value);
    };
    const deadline = setTimeout(() => {
      listening.dispose();
      reject(new Error(`Waited in vain until ${what}: ${JSON.stringify(told(read()))}.`));
    }, patience);
    const listening = changed(check);
    check();
  });
}

export async function until(condition: (state: PanelState) => boolean, what: string): Promise<PanelState> {
  const { onDidChangeState, panelState } = await activated();
  return untilValue(onDidChangeState, panelState, condition, what, ({ status }) => status);
}

/** A file of the workspace with this text. */
export async function write(name: string, text: string): Promise<vscode.Uri> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'a folder is open');
  const uri = vscode.Uri.joinPath(folder.uri, name);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return uri;
}

/** Shows a document and selects UTF-16 units of it, all of them by default. */
export async function select(
  document: vscode.TextDocument,
  start = 0,
  end = document.getText().length,
): Promise<vscode.TextEditor> {
  const selection = new vscode.Range(document.positionAt(start), document.positionAt(end));
  const editor = await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One, preview: true });
  editor.selection = new vscode.Selection(selection.start, selection.end);
  return editor;
}

/** A document of its own with this text. */
export async function open(text: string): Promise<vscode.TextDocument> {
  return vscode.workspace.openTextDocument(await write(`${crypto.randomUUID()}.txt`, text));
}

export async function replace(document: vscode.TextDocument, start: number, end: number, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), text);
  assert.ok(await vscode.workspace.applyEdit(edit), 'the edit is applied');
}

export const command = async (): Promise<void> => vscode.commands.executeCommand('vectorscope.inspectSelection');

/** Runs the command over a whole text and returns the panel's state once all is known. */
export async function inspect(text: string): Promise<PanelState> {
  await select(await open(text));
  return inspectSelection();
}

export async function inspectSelection(): Promise<PanelState> {
  await command();
  const { panelState, receive } = await activated();
  assert.deepEqual(panelState().status, { kind: 'ready' });
  // As a user who chooses the last token: the position goes to the first example otherwise, once that is known.
  receive({ type: 'chooseToken', id: null });
  return panelState();
}

/** What the panel says of the failure that it shows. */
export async function sentence(): Promise<string> {
  const { status } = (await activated()).panelState();
  assert.equal(status.kind, 'failed');
  return status.kind === 'failed' ? status.message : '';
}

/**
 * Sentences to run long enough for something to happen meanwhile, of 15 tokens each; a number in them makes each text
 * another.
 */
export const longText = (number: number, sentences = 30): string =>
  Array.from(
    { length: sentences },
    (_, index) => `The lighthouse keeper counted ${number + index} ships that passed between the two islands.`,
  ).join(' ');

/** Everything of the present inspection is known. */
export const settled = ({ status, run, prediction }: PanelState): boolean =>
  status.kind === 'ready' && run !== null && prediction !== null;

/** The text is cut into tokens, and its run goes on. */
export const running = (text: string) =>
  until(
    ({ source, text: view, run }) => source?.characters === Array.from(text).length && view !== null && run === null,
    'the run goes on',
  );

/** Leaves the panel where it is, if it is open: to draw it anew takes longer than many a test. */
export async function closeDocuments(): Promise<void> {
  await vscode.workspace.saveAll(false);
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  await vscode.window.tabGroups.close(tabs.filter(({ input }) => !(input instanceof vscode.TabInputWebview)));
}

export async function closeAll(): Promise<void> {
  await vscode.workspace.saveAll(false);
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/**
 * Sets one of the extension's settings to another value, where undefined is its default; resolves once the extension
 * sees it.
 */
export async function configure(name: string, value: unknown): Promise<void> {
  const settings = vscode.workspace.getConfiguration('vectorscope');
  // Some hosts tell of a change to the same value, others do not.
  if (settings.inspect(name)?.globalValue === value) return;
  const changed = new Promise<void>((resolve) => {
    const listening = vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration(`vectorscope.${name}`)) return;
      listening.dispose();
      resolve();
    });
  });
  await settings.update(name, value, vscode.ConfigurationTarget.Global);
  await changed;
}
