import * as vscode from 'vscode';
import { splitName } from '../../shared/splitName';

const ofFolder =
  /\.safetensors(\.index\.json)?$|(^|[\\/])(config|tokenizer|tokenizer_config|special_tokens_map)\.json$/i;

/** Whether a change of a file beside it may change what a model file shows: they are of one model. */
export function isOfModel(path: string, beside: string): boolean {
  if (isSameFile(path, beside)) return true;
  if (ofFolder.test(path)) return ofFolder.test(beside);
  const whole = splitName(path)?.whole;
  const other = splitName(beside)?.whole;
  return whole !== undefined && other !== undefined && isSameFile(whole, other);
}

/**
 * On Windows and on a Mac, a path opens a file whatever the case of its letters, and a change is reported as the disk
 * spells it. Where case matters, a second file of that name costs a needless look at the first.
 */
const isSameFile = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** Tells when a model file, or another file of the same model, was changed, made or deleted. */
export function watchModel(uri: vscode.Uri, touched: () => void): vscode.Disposable {
  // A pattern of the file's own name would have to escape it, and a model may have several.
  const beside = new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), '*');
  const watcher = vscode.workspace.createFileSystemWatcher(beside);
  let stamp = stampOf(uri);
  const heard = async ({ fsPath }: vscode.Uri) => {
    if (!isOfModel(uri.fsPath, fsPath)) return;
    // Of a file that was written just before it was opened the editor tells afterwards.
    const [before, now] = [stamp, stampOf(uri)];
    stamp = now;
    if (!isSameFile(fsPath, uri.fsPath) || (await before) !== (await now)) touched();
  };
  return vscode.Disposable.from(
    watcher,
    watcher.onDidChange(heard),
    watcher.onDidCreate(heard),
    watcher.onDidDelete(heard),
  );
}

const stampOf = (uri: vscode.Uri): PromiseLike<string> =>
  vscode.workspace.fs.stat(uri).then(
    ({ mtime, size }) => `${mtime} ${size}`,
    () => 'gone',
  );
