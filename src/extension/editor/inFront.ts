import { posix } from 'node:path';
import * as vscode from 'vscode';
import { EngineError } from '../../shared/errors';
import type { SubjectPlace } from '../inspection/subject';
import { LastEditor } from './lastEditor';

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

/** What is read of an editor. A terminal and a notebook's cell have no editor, and are read as if they had one. */
export type EditorRead = Pick<vscode.TextEditor, 'document' | 'selection' | 'selections'>;

const scheme = 'vectorscope-terminal';
/** Selections of terminals that can be read again: as many as there are inspections to go back to. */
const mostTexts = 20;

/** The text that a command means: in a text editor, a preview, a notebook or a terminal. */
export class InFront {
  readonly #lastEditor = new LastEditor(vscode.window);
  /** What was selected in the terminal when the user was last in a text editor. */
  #seen = selectedInTerminal();
  readonly #texts: string[] = [];
  readonly #owned: vscode.Disposable;

  /** `guide`: the folder of the reading guide, which is about another text. */
  constructor(private readonly guide: vscode.Uri) {
    const see = () => void (this.#seen = selectedInTerminal());
    this.#owned = vscode.Disposable.from(
      this.#lastEditor,
      vscode.window.onDidChangeTextEditorSelection(see),
      vscode.window.onDidChangeActiveTextEditor(see),
      vscode.workspace.registerTextDocumentContentProvider(scheme, {
        provideTextDocumentContent: ({ query }) => this.#texts[Number(query)] ?? '',
      }),
    );
  }

  /**
   * A sentence if there is no text. `from` is what the menu or the key passes: the resource of an editor, or anything
   * else for a terminal. The palette passes nothing and has taken the focus, so a selection in the terminal counts if
   * it is newer than the last event of a text editor.
   */
  async read(from: unknown): Promise<EditorRead | string> {
    const { activeTextEditor, activeNotebookEditor, tabGroups } = vscode.window;
    const input = tabGroups.activeTabGroup.activeTab?.input;
    const selected = selectedInTerminal();
    const isTerminal =
      from === undefined
        ? input instanceof vscode.TabInputTerminal || (selected !== '' && selected !== this.#seen)
        : from !== 'editor' && !(from instanceof vscode.Uri);
    if (isTerminal) return this.#terminal(selected);
    if (activeTextEditor) return activeTextEditor;
    if (input instanceof vscode.TabInputWebview && input.viewType.includes('markdown.preview')) {
      await vscode.commands.executeCommand('markdown.showSource');
      return vscode.window.activeTextEditor ?? noText(tabGroups.activeTabGroup.activeTab?.label ?? '');
    }
    const cell = activeNotebookEditor?.notebook.cellAt(activeNotebookEditor.selection.start).document;
    if (cell && input instanceof vscode.TabInputNotebook) return wholly(cell);
    const uri = resourceOf(input);
    if (uri && !uri.path.startsWith(`${this.guide.path}/`)) return shown(uri);
    return (
      this.#lastEditor.meant ??
      vscode.l10n.t('There is no text to inspect. Open a document, select some text and inspect again.')
    );
  }

  async #terminal(text: string): Promise<EditorRead | string> {
    if (text === '') return vscode.l10n.t('No text is selected in the terminal. Select some and inspect again.');
    const path = `/${vscode.window.activeTerminal?.name.replaceAll('/', ' ') ?? ''}`;
    const at = this.#texts.push(text) - 1;
    if (at >= mostTexts) this.#texts[at - mostTexts] = '';
    return wholly(await vscode.workspace.openTextDocument(vscode.Uri.from({ scheme, path, query: String(at) })));
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

/** Editors give this to extensions, though the API does not promise it. The clipboard would lose what it holds. */
function selectedInTerminal(): string {
  const terminal: (vscode.Terminal & { readonly selection?: string }) | undefined = vscode.window.activeTerminal;
  return terminal?.selection ?? '';
}

/** The file of a tab that shows no text editor: a preview, a picture, or a file that is not text. */
const resourceOf = (input: unknown): vscode.Uri | undefined =>
  input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom
    ? input.uri
    : input instanceof vscode.TabInputTextDiff
      ? input.modified
      : undefined;

async function shown(uri: vscode.Uri): Promise<EditorRead | string> {
  try {
    return await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
  } catch {
    return noText(posix.basename(uri.path));
  }
}

const noText = (name: string): string =>
  vscode.l10n.t('{0} cannot be read as text. Open a text document and inspect again.', name);

function wholly(document: vscode.TextDocument): EditorRead {
  const last = document.lineAt(document.lineCount - 1).range.end;
  const selection = new vscode.Selection(new vscode.Position(0, 0), last);
  return { document, selection, selections: [selection] };
}
