import type { Disposable, TextEditor } from 'vscode';

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
