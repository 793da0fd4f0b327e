import * as vscode from 'vscode';
import { inDocument, ascending } from '../../../shared/inDocument';
import type { MeasureHandler } from '../../handlerTimes';
import type { SubjectPlace } from '../../inspection/subject';
import { setContextKey } from '../../registerContextKeys';
import type { Shown } from '../../shown';
import { LastEditor } from '../lastEditor';
import { OwnSelections } from './ownSelections';
import { tokenAt } from './tokenAt';

/**
 * Chooses the token under the cursor, or at the start of a selection. A selection of the whole inspected text chooses
 * none. `follow` may hear of a token that is chosen already.
 */
export function registerCursorFollowing(
  shown: Shown,
  revealed: RevealedText,
  follow: (position: number) => void,
  measure: MeasureHandler,
): vscode.Disposable {
  let followed = false;
  return vscode.window.onDidChangeTextEditorSelection(
    measure((event) => {
      const { document } = event.textEditor;
      const [selection] = event.selections;
      if (!selection || revealed.accountsFor(event)) return;
      const { source, text, outOfDate, position } = shown.state;
      if (!source || !text || outOfDate || document.uri.toString() !== source.uri) return;
      const start = document.offsetAt(selection.start);
      if (!selection.isEmpty && start === source.start && document.offsetAt(selection.end) === source.end) return;
      const found = tokenAt(ascending(text), start - source.start, position);
      if (found === null) return;
      if (!followed) setContextKey('vectorscope.followed', (followed = true));
      follow(found);
    }),
  );
}

/** Shows the document, or the notebook of a cell. Resolves without an editor if the document is gone. */
async function openEditor(uri: vscode.Uri, preserveFocus: boolean): Promise<void> {
  const cell = cellOf(uri);
  try {
    if (cell) {
      const range = new vscode.NotebookRange(cell.index, cell.index + 1);
      await vscode.window.showNotebookDocument(cell.notebook, {
        viewColumn: columnFor(cell.notebook.uri),
        preserveFocus,
        selections: [range],
      });
    } else if (canBeOpened(uri)) {
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), {
        viewColumn: columnFor(uri),
        preserveFocus,
      });
    }
  } catch {
    // The file was removed. The panel keeps its numbers, and another inspection says why the text cannot be read.
  }
}

/** Scrolls to the cell whose document this is, in every notebook editor in sight. */
function revealCell(uri: vscode.Uri): void {
  const cell = cellOf(uri);
  if (!cell) return;
  for (const editor of vscode.window.visibleNotebookEditors) {
    if (editor.notebook === cell.notebook)
      editor.revealRange(
        new vscode.NotebookRange(cell.index, cell.index + 1),
        vscode.NotebookEditorRevealType.InCenterIfOutsideViewport,
      );
  }
}

function cellOf({ scheme, fragment, path }: vscode.Uri): vscode.NotebookCell | undefined {
  if (scheme !== 'vscode-notebook-cell') return undefined;
  const isAsked = ({ document: { uri } }: vscode.NotebookCell) => uri.fragment === fragment && uri.path === path;
  return vscode.workspace.notebookDocuments.flatMap((notebook) => notebook.getCells()).find(isAsked);
}

/** An untitled document that was closed would come back empty, and a cell only with its notebook. */
function canBeOpened(uri: vscode.Uri): boolean {
  if (uri.scheme !== 'untitled' && uri.scheme !== 'vscode-notebook-cell') return true;
  return vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
}

/** The active column for a text that is opened now, unless that shows a webview such as the panel. */
export const uncovering = (uri: vscode.Uri): vscode.ViewColumn =>
  vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputWebview
    ? columnFor(uri)
    : vscode.ViewColumn.Active;

/**
 * The column where it is open behind another tab, else one that does not show a webview: the panel must not be covered.
 */
function columnFor(uri: vscode.Uri): vscode.ViewColumn {
  const groups = vscode.window.tabGroups.all;
  const holds = ({ input }: vscode.Tab) =>
    (input instanceof vscode.TabInputText || input instanceof vscode.TabInputNotebook) &&
    input.uri.toString() === uri.toString();
  const group =
    groups.find(({ tabs }) => tabs.some(holds)) ??
    groups.find(({ activeTab }) => !(activeTab?.input instanceof vscode.TabInputWebview));
  return group?.viewColumn ?? vscode.ViewColumn.Beside;
}

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
