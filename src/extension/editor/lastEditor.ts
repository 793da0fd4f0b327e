import * as vscode from 'vscode';
import type { Disposable, TextEditor } from 'vscode';
import { EngineError } from '../../shared/errors';
import type { SubjectPlace } from '../inspection/subject';

/** Writes a text at the end of a place, and returns its length there: line ends become those of the document. */
export async function insertAt({ uri, end }: SubjectPlace, text: string): Promise<number> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true));
  const length = (): number => document.offsetAt(new vscode.Position(document.lineCount, 0));
  const before = length();
  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, document.positionAt(end), text);
  if (await vscode.workspace.applyEdit(edit)) return length() - before;
  throw new EngineError(
    'bad-request',
    vscode.l10n.t(
      'The tokens could not be written into the document, since it is read-only. Copy its text into another document.',
    ),
  );
}

type Shown = Pick<TextEditor, 'document' | 'selection'>;

/**
 * The editor that a person means: the active one, or, while something else has the focus, the one that was active last
 * if its document is still in sight, or else one in sight with a selection. The editor of a document is another object
 * once it was hidden.
 */
export function meant<E extends Shown>(
  active: E | undefined,
  last: E | undefined,
  visible: readonly E[],
): E | undefined {
  return (
    active ??
    visible.find((editor) => editor === last) ??
    visible.find(({ document }) => document === last?.document) ??
    visible.find(({ selection }) => !selection.isEmpty)
  );
}

/** The part of `vscode.window` that is used. */
export interface Editors {
  readonly activeTextEditor: TextEditor | undefined;
  readonly visibleTextEditors: readonly TextEditor[];
  onDidChangeActiveTextEditor(listener: (editor: TextEditor | undefined) => void): Disposable;
}

/** Remembers which editor was active last: there is none while the panel has the focus. */
export class LastEditor {
  #last: TextEditor | undefined;
  readonly #listening: Disposable;

  constructor(private readonly editors: Editors) {
    this.#last = editors.activeTextEditor;
    this.#listening = editors.onDidChangeActiveTextEditor((editor) => (this.#last = editor ?? this.#last));
  }

  get meant(): TextEditor | undefined {
    return meant(this.editors.activeTextEditor, this.#last, this.editors.visibleTextEditors);
  }

  dispose(): void {
    this.#listening.dispose();
  }
}
