import * as vscode from 'vscode';
import { defaultModel } from '../../shared/defaultModel';
import type { Host } from '../host';
import { defaultPath, isAddress } from '../modelPath';
import { isStored } from './folderFiles';
import { fileBytes, extensionUri, fileOf, placeOfUri, serverOf } from './modelFiles';
import { startEngineWorker } from './startEngineWorker';

export const host: Host = {
  kind: 'web',
  canShare: () => typeof SharedArrayBuffer !== 'undefined',
  stopwatch() {
    const from = performance.now();
    return () => performance.now() - from;
  },
  // A browser's storage belongs to the page's origin, whatever the machine.
  machine: () => 'web',
  startEngine: startEngineWorker,
  home: () => vscode.Uri.from({ scheme: vscode.workspace.workspaceFolders?.[0]?.uri.scheme ?? 'untitled', path: '/' }),
  isPlace: (text) => text.startsWith('/') || isAddress(text),
  placeOf: placeOfUri,
  fileOf,
  bytesOf: (path) => (isInside(path) ? Promise.resolve(defaultModel.bytes) : fileBytes(path)),
  async downloadOf(path) {
    if (!isInside(path) || (await isStored(defaultModel.sha256))) return null;
    return { bytes: defaultModel.bytes, from: serverOf(extensionUri()) };
  },
  readsHeaders: false,
  findModels: null,
};

/** Whether a path is that of the model that ships inside, which the engine downloads. */
function isInside(path: string): boolean {
  const extension = extensionUri();
  return extension !== undefined && path === defaultPath(extension.fsPath);
}
