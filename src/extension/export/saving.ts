import { host } from '#host';
import * as vscode from 'vscode';

/**
 * Asks where to save. Suggests the document's folder if it is writable. `undefined` if the user closes the dialog.
 */
export function askWhere(
  name: string,
  document: string | null,
  filters: Readonly<Record<string, readonly string[]>>,
): Thenable<vscode.Uri | undefined> {
  const defaultUri = vscode.Uri.joinPath(folderFor(document), name);
  return vscode.window.showSaveDialog({
    defaultUri,
    filters: Object.fromEntries(Object.entries(filters).map(([kind, endings]) => [kind, [...endings]])),
  });
}

function folderFor(document: string | null): vscode.Uri {
  const uri = document === null ? null : vscode.Uri.parse(document);
  // An untitled document, a notebook's cell and the old side of a diff have a path, but no folder on a file system.
  if (uri && vscode.workspace.fs.isWritableFileSystem(uri.scheme)) return vscode.Uri.joinPath(uri, '..');
  return vscode.workspace.workspaceFolders?.[0]?.uri ?? host.home();
}

/** Writes a file and tells the user, or shows why it could not be written. */
export async function save(to: vscode.Uri, content: Uint8Array): Promise<void> {
  const name = to.path.slice(to.path.lastIndexOf('/') + 1);
  try {
    await vscode.workspace.fs.writeFile(to, content);
  } catch {
    void vscode.window.showErrorMessage(
      vscode.l10n.t('{0} could not be written. Choose another folder, or check that you may write there.', name),
    );
    return;
  }
  say(vscode.l10n.t('Saved {0}.', name));
}

/** How long a message stays in the status bar. Milliseconds. */
const statusBarTime = 8000;

export const say = (sentence: string): void => void vscode.window.setStatusBarMessage(sentence, statusBarTime);
