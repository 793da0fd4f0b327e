import * as vscode from 'vscode';
import type { Host } from '../host';
import { startEngineWorker } from './engineWorker';

export const host: Host = {
  kind: 'browser',
  stopwatch() {
    const from = performance.now();
    return () => performance.now() - from;
  },
  // What is kept here belongs to the page, which knows no machine.
  machine: () => 'web',
  startEngine: startEngineWorker,
  home: () => vscode.Uri.from({ scheme: vscode.workspace.workspaceFolders?.[0]?.uri.scheme ?? 'untitled', path: '/' }),
  bytesOf: () => Promise.resolve(null),
  findModels: () => Promise.resolve(null),
};
