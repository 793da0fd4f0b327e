import * as vscode from 'vscode';
import { folderOf } from './downloadFolder';

/** How long an interrupted read can be continued. */
const daysKept = 7;
const day = 24 * 60 * 60 * 1000;

/**
 * Deletes the folders of reads that were interrupted and not continued for `daysKept` days: the list has no row from
 * which the user could delete them. `kept` are the paths of the models in the list. A folder that cannot be read or
 * deleted stays until the next start.
 */
export async function removeLeftovers(folder: string, kept: readonly string[], now = Date.now()): Promise<void> {
  const inUse = new Set(kept.map((path) => folderOf(folder, path)));
  const held = (await entriesOf(vscode.Uri.file(folder))).filter(({ uri }) => !inUse.has(uri.fsPath));
  await Promise.allSettled(
    held.map(async ({ uri }) => {
      if (await isLeftover(uri, now - daysKept * day)) await vscode.workspace.fs.delete(uri, { recursive: true });
    }),
  );
}

/** Whether a folder holds an interrupted read that nothing was added to since `last`. */
async function isLeftover(folder: vscode.Uri, last: number): Promise<boolean> {
  const files = await filesBelow(folder);
  if (!files.some(({ path }) => path.endsWith('.part'))) return false;
  const times = await Promise.all(files.map(async (file) => (await vscode.workspace.fs.stat(file)).mtime));
  return Math.max(...times) < last;
}

async function filesBelow(folder: vscode.Uri): Promise<readonly vscode.Uri[]> {
  const entries = await entriesOf(folder);
  const files = await Promise.all(entries.map(({ uri, isFolder }) => (isFolder ? filesBelow(uri) : [uri])));
  return files.flat();
}

async function entriesOf(folder: vscode.Uri) {
  const entries = await vscode.workspace.fs.readDirectory(folder);
  return entries.map(([name, type]) => ({
    uri: vscode.Uri.joinPath(folder, name),
    isFolder: type === vscode.FileType.Directory,
  }));
}
