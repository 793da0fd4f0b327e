import * as vscode from 'vscode';
import type { PanelState } from '../../../src/shared/panel';
import { inspectSelection, open, select, settled, until } from '../inspecting';

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
