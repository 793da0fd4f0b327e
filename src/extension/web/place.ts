import * as vscode from 'vscode';
import { isAddress } from '../address';

/** A machine's own disk, behind a window in a browser. */
const machine = 'vscode-remote';

/**
 * Where a model's file or folder lies. A plain path is one of the file system that the first open folder is in, or
 * without a folder the extension.
 */
export const uriOf = (place: string): vscode.Uri =>
  isAddress(place) ? vscode.Uri.parse(place, true) : around().with({ path: place, query: '', fragment: '' });

/** What names it from then on: on a machine its path, elsewhere the whole address, which holds in every window. */
export function placeOf(chosen: vscode.Uri): string {
  const uri = chosen.path.endsWith('.safetensors') ? vscode.Uri.joinPath(chosen, '..') : chosen;
  if (uri.scheme === machine && uri.toString() === uriOf(uri.path).toString()) return uri.path;
  // Readable where that leads back.
  const readable = uri.toString(true);
  return vscode.Uri.parse(readable).toString() === uri.toString() ? readable : uri.toString();
}

export const extensionUri = (): vscode.Uri | undefined =>
  vscode.extensions.getExtension('vectorscope.vectorscope')?.extensionUri;

const around = (): vscode.Uri =>
  vscode.workspace.workspaceFolders?.[0]?.uri ?? extensionUri() ?? vscode.Uri.from({ scheme: 'file', path: '/' });
