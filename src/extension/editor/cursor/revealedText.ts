import * as vscode from 'vscode';
import { inDocument } from '../../../shared/inDocument';
import type { SubjectPlace } from '../../inspection/subject';
import type { Shown } from '../../shown';
import { LastEditor } from '../lastEditor';
import { openEditor, revealCell } from './openEditor';
import { OwnSelections } from './ownSelections';

/**
 * Selects and reveals parts of documents, be they in sight, open or closed. The newest request wins, and none takes the
 * focus unasked.
 */
export class RevealedText implements vscode.Disposable {
  readonly #lastEditor = new LastEditor(vscode.window);
  readonly #own = new OwnSelections<vscode.TextDocument, vscode.Selection>();
  readonly #listening: vscode.Disposable;
  /** The range to select once its editor opens: a cell's editor opens later than its notebook. */
  #wanted: { readonly uri: string; readonly place: () => SubjectPlace | null } | null = null;

  constructor(private readonly shown: Shown) {
    this.#listening = vscode.window.onDidChangeVisibleTextEditors(() => this.#selectWanted());
  }

  /**
   * Selects the text of a token; index among the tokens of the state. Does nothing where the document has another text
   * by now.
   */
  async reveal(position: number): Promise<void> {
    const place = () => {
      const { source, text, outOfDate } = this.shown.state;
      const token = text && inDocument(text).tokens[position];
      // A token that the model adds, that a chat template writes or that was appended is not in the document.
      return source && token && token.start < token.end && !outOfDate
        ? { uri: source.uri, start: source.start + token.start, end: source.start + token.end }
        : null;
    };
    await this.#show(place, true);
  }

  /** Selects a part of a document. With `focus` its editor gets the focus. */
  async revealPlace(place: SubjectPlace, { focus }: { readonly focus: boolean }): Promise<void> {
    await this.#show(() => place, !focus);
  }

  /** Whether a selection that an editor reports comes from here, and not from the user. */
  accountsFor({
    textEditor: { document },
    selections: [selection, ...others],
    kind,
  }: vscode.TextEditorSelectionChangeEvent): boolean {
    if (kind === vscode.TextEditorSelectionChangeKind.Mouse || kind === vscode.TextEditorSelectionChangeKind.Keyboard) {
      this.#own.forget(document);
      this.#wanted = null;
      return false;
    }
    if (selection && others.length === 0 && this.#own.has(document, selection)) return true;
    // A new editor reports the cursor's first place, before or after we have selected something in it.
    if (kind === undefined) return this.#wanted?.uri === document.uri.toString() || this.#own.awaits(document);
    this.#wanted = null;
    return false;
  }

  dispose(): void {
    this.#listening.dispose();
    this.#lastEditor.dispose();
  }

  /** Asks for the place again after the document was opened: only then is it known what became of its text. */
  async #show(place: () => SubjectPlace | null, preserveFocus: boolean): Promise<void> {
    const uri = place()?.uri;
    const wanted = uri === undefined ? null : { uri, place };
    this.#wanted = wanted;
    if (!wanted || (preserveFocus && this.#selectWanted())) return;
    await openEditor(vscode.Uri.parse(wanted.uri, true), preserveFocus);
    if (this.#wanted === wanted) this.#selectWanted();
  }

  /** Whether there was an editor to select in. */
  #selectWanted(): boolean {
    const wanted = this.#wanted;
    const editor = wanted && this.#editorOf(wanted.uri);
    if (!wanted || !editor) return false;
    this.#wanted = null;
    const place = wanted.place();
    if (place)
      this.#select(
        editor,
        new vscode.Range(editor.document.positionAt(place.start), editor.document.positionAt(place.end)),
      );
    return true;
  }

  #editorOf(uri: string): vscode.TextEditor | undefined {
    const editors = vscode.window.visibleTextEditors.filter(({ document }) => document.uri.toString() === uri);
    return editors.find((editor) => editor === this.#lastEditor.meant) ?? editors[0];
  }

  #select(editor: vscode.TextEditor, range: vscode.Range): void {
    const selection = new vscode.Selection(range.start, range.end);
    this.#own.add(editor.document, selection, editor.selection);
    editor.selection = selection;
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    revealCell(editor.document.uri);
  }
}
