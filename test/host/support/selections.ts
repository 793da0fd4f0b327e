import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { PanelState } from '../../../src/shared/panel';
import { activated, inspectSelection, open, select, settled, until } from '../inspecting';

/** Longer than any editor needs; only a test that fails waits so long. Milliseconds. */
const patience = 60_000;

/** Resolves with the editor of the first event, from now on, after which it has this selection. */
export function selected(uri: vscode.Uri, start: number, end: number): Promise<vscode.TextEditor> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => {
      listening.dispose();
      reject(new Error(`Waited in vain until ${start} to ${end} is selected in ${uri.path}.`));
    }, patience);
    const listening = vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections: [selection] }) => {
      const { document } = textEditor;
      if (
        document.uri.toString() !== uri.toString() ||
        !selection ||
        document.offsetAt(selection.start) !== start ||
        document.offsetAt(selection.end) !== end
      )
        return;
      clearTimeout(deadline);
      listening.dispose();
      resolve(textEditor);
    });
  });
}

export const chosen = (position: number): Promise<PanelState> =>
  until(
    (state) =>
      settled(state) && state.position === position && state.token?.token.id === state.text?.tokens[position]?.id,
    `position ${position} is chosen`,
  );

export async function inspected(text: string, start = 0, end = text.length): Promise<vscode.TextEditor> {
  const editor = await select(await open(text), start, end);
  await inspectSelection();
  return editor;
}

/** Selects in an editor, or puts the cursor there; resolves once the editor says so. */
export async function put(editor: vscode.TextEditor, start: number, end = start): Promise<void> {
  const { document } = editor;
  const done = selected(document.uri, start, end);
  editor.selection = new vscode.Selection(document.positionAt(start), document.positionAt(end));
  await done;
}

/** Chooses a token as its chip in the panel does; resolves once its text is selected. */
export async function choose(position: number): Promise<vscode.TextEditor> {
  const { receive, panelState } = await activated();
  const { source, text: view } = panelState();
  const token = view?.tokens[position];
  assert.ok(source && token);
  const done = selected(vscode.Uri.parse(source.uri), source.start + token.start, source.start + token.end);
  receive({ type: 'choosePosition', position });
  return done;
}

/** The positions that are chosen one after the other while something goes on. */
export async function positionsDuring(work: () => Promise<unknown>): Promise<readonly (number | null)[]> {
  const { onDidChangeState, panelState } = await activated();
  const seen = [panelState().position];
  const listening = onDidChangeState(({ position }) => void (position === seen.at(-1) || seen.push(position)));
  await work();
  listening.dispose();
  return seen;
}
