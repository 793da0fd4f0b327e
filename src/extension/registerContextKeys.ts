import * as vscode from 'vscode';
import type { PanelState } from '../shared/panel';
import type { Shown } from './shown';

/** Lets the manifest's `when` clauses ask whether something is inspected, and whether the model is loaded. */
export function registerContextKeys(shown: Shown): vscode.Disposable {
  const keys: readonly (readonly [name: string, of: (state: PanelState) => boolean])[] = [
    ['vectorscope.inspected', ({ text }) => text !== null],
    ['vectorscope.loaded', ({ loaded }) => loaded],
  ];
  const told = new Map<string, boolean>();
  const tell = () => {
    for (const [name, of] of keys) {
      const value = of(shown.state);
      if (told.get(name) !== value) setContextKey(name, value);
      told.set(name, value);
    }
  };
  tell();
  return shown.onDidChange(tell);
}

export const setContextKey = (name: string, value: boolean): void => void vscode.commands.executeCommand('setContext', name, value);
