import * as vscode from 'vscode';
import { extensionId } from '../../shared/extensionId';
import { isAddress } from '../modelPath';

/** The scheme of a remote machine's disk. */
const machine = 'vscode-remote';

/**
 * The URI of a model's file or folder. A plain path belongs to the file system of the first open folder, or of the
 * extension if no folder is open.
 */
export const uriOf = (place: string): vscode.Uri =>
  isAddress(place) ? vscode.Uri.parse(place, true) : around().with({ path: place, query: '', fragment: '' });

/** The name we keep for it: a path on a remote machine, elsewhere the full address, which is valid in every window. */
export function fileOf(uri: vscode.Uri): string {
  if (uri.scheme === machine && uri.toString() === uriOf(uri.path).toString()) return uri.path;
  // Keep the decoded form only if it parses back to the same URI.
  const readable = uri.toString(true);
  return vscode.Uri.parse(readable).toString() === uri.toString() ? readable : uri.toString();
}

/** The same for a chosen model; a file of weights stands for its folder. */
export const placeOfUri = (chosen: vscode.Uri): string =>
  fileOf(/\.safetensors(\.index\.json)?$/.test(chosen.path) ? vscode.Uri.joinPath(chosen, '..') : chosen);

export const extensionUri = (): vscode.Uri | undefined => vscode.extensions.getExtension(extensionId)?.extensionUri;

/** The server that the extension's files come from, in a person's words. */
export const serverOf = (extension: vscode.Uri | undefined): string =>
  extension === undefined || extension.authority === ''
    ? vscode.l10n.t('the server of this editor')
    : extension.authority;

const around = (): vscode.Uri =>
  vscode.workspace.workspaceFolders?.[0]?.uri ?? extensionUri() ?? vscode.Uri.from({ scheme: 'file', path: '/' });
