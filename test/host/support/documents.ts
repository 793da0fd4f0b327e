import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { open, write } from '../inspecting';

/** Every kind of document that an editor can show. */
export const kinds = [
  'a file',
  'an untitled document',
  'a read-only file',
  'a notebook cell',
  'the left side of a diff',
  'the right side of a diff',
  'a file of a virtual file system',
] as const;
export type Kind = (typeof kinds)[number];

const scheme = 'vectorscope-memory';

/** Opens documents of all kinds; their virtual file system is there until it is disposed of. */
export class Documents {
  readonly #files = new MemoryFiles();
  readonly #registered = vscode.workspace.registerFileSystemProvider(scheme, this.#files, { isCaseSensitive: true });

  /** Shows a document with this text, and selects all of it in the active editor. */
  async show(kind: Kind, text: string): Promise<vscode.TextEditor> {
    const editor = await this.#show(kind, text);
    assert.equal(editor.document.getText(), text);
    editor.selection = new vscode.Selection(editor.document.positionAt(0), editor.document.positionAt(text.length));
    return editor;
  }

  /** A file that only this virtual file system has. */
  virtual(text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme, path: `/${crypto.randomUUID()}.txt` });
    this.#files.writeFile(uri, new TextEncoder().encode(text));
    return uri;
  }

  dispose(): void {
    this.#registered.dispose();
    this.#files.dispose();
  }

  async #show(kind: Kind, text: string): Promise<vscode.TextEditor> {
    switch (kind) {
      case 'a file':
        return shown(await open(text));
      case 'an untitled document':
        return shown(await vscode.workspace.openTextDocument({ content: text, language: 'plaintext' }));
      case 'a read-only file':
        return shownReadOnly(text);
      case 'a file of a virtual file system':
        return shown(await vscode.workspace.openTextDocument(this.virtual(text)));
      case 'a notebook cell':
        return shownCell(text);
      case 'the left side of a diff':
        return shownDiff(this.virtual(text), await write(`${crypto.randomUUID()}.txt`, `${text}!`), 'left');
      case 'the right side of a diff':
        return shownDiff(this.virtual(`${text}!`), await write(`${crypto.randomUUID()}.txt`, text), 'right');
    }
  }
}

const shown = (document: vscode.TextDocument) =>
  vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One, preview: true });

async function shownReadOnly(text: string): Promise<vscode.TextEditor> {
  const editor = await shown(await open(text));
  await vscode.commands.executeCommand('workbench.action.files.setActiveEditorReadonlyInSession');
  await vscode.commands.executeCommand('type', { text: 'typed' });
  assert.equal(editor.document.getText(), text, 'nothing can be typed');
  return editor;
}

async function shownCell(text: string): Promise<vscode.TextEditor> {
  const cell = { cell_type: 'code', execution_count: null, metadata: {}, outputs: [], source: text };
  const uri = await write(
    `${crypto.randomUUID()}.ipynb`,
    JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 }),
  );
  const notebook = await vscode.workspace.openNotebookDocument(uri);
  const { document } = notebook.cellAt(0);
  await vscode.window.showNotebookDocument(notebook, {
    viewColumn: vscode.ViewColumn.One,
    selections: [new vscode.NotebookRange(0, 1)],
  });
  return activeOn(document.uri, () => vscode.commands.executeCommand('notebook.cell.edit'));
}

async function shownDiff(left: vscode.Uri, right: vscode.Uri, side: 'left' | 'right'): Promise<vscode.TextEditor> {
  await vscode.commands.executeCommand('vscode.diff', left, right, 'left and right', {
    viewColumn: vscode.ViewColumn.One,
  });
  const focus = side === 'left' ? 'focusSecondarySide' : 'focusPrimarySide';
  return activeOn(side === 'left' ? left : right, () =>
    vscode.commands.executeCommand(`workbench.action.compareEditor.${focus}`),
  );
}

/** Resolves once the active editor is the one of this document. */
async function activeOn(uri: vscode.Uri, act: () => Thenable<unknown>): Promise<vscode.TextEditor> {
  let listening: vscode.Disposable | undefined;
  const active = new Promise<vscode.TextEditor>((resolve) => {
    const check = (editor: vscode.TextEditor | undefined) => {
      if (editor?.document.uri.toString() === uri.toString()) resolve(editor);
    };
    listening = vscode.window.onDidChangeActiveTextEditor(check);
    check(vscode.window.activeTextEditor);
  });
  try {
    await act();
    return await active;
  } finally {
    listening?.dispose();
  }
}

/** Files in memory, all in one folder. */
class MemoryFiles implements vscode.FileSystemProvider {
  readonly #files = new Map<string, { readonly bytes: Uint8Array; readonly mtime: number }>();
  readonly #changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changes.event;
  #time = 0;

  stat({ path }: vscode.Uri): vscode.FileStat {
    if (path === '/') return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    const { bytes, mtime } = this.#find(path);
    return { type: vscode.FileType.File, ctime: 0, mtime, size: bytes.length };
  }

  readFile({ path }: vscode.Uri): Uint8Array {
    return this.#find(path).bytes;
  }

  writeFile(uri: vscode.Uri, bytes: Uint8Array): void {
    const type = this.#files.has(uri.path) ? vscode.FileChangeType.Changed : vscode.FileChangeType.Created;
    this.#files.set(uri.path, { bytes, mtime: ++this.#time });
    this.#changes.fire([{ type, uri }]);
  }

  delete(uri: vscode.Uri): void {
    if (this.#files.delete(uri.path)) this.#changes.fire([{ type: vscode.FileChangeType.Deleted, uri }]);
  }

  rename(from: vscode.Uri, to: vscode.Uri): void {
    this.writeFile(to, this.readFile(from));
    this.delete(from);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [...this.#files.keys()].map((path) => [path.slice(1), vscode.FileType.File]);
  }

  createDirectory(): void {
    throw vscode.FileSystemError.NoPermissions('There is one folder alone.');
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  dispose(): void {
    this.#changes.dispose();
  }

  #find(path: string) {
    const file = this.#files.get(path);
    if (!file) throw vscode.FileSystemError.FileNotFound(path);
    return file;
  }
}
