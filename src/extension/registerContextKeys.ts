import * as vscode from 'vscode';
import type { PanelState } from '../shared/panel';
import type { Shown } from './shown';

type Value = boolean | readonly string[];

/** Lets the manifest's `when` clauses ask whether something is inspected, in which document, and whether the model is loaded. */
export function registerContextKeys(shown: Shown): vscode.Disposable {
  const keys: readonly (readonly [name: string, of: (state: PanelState) => Value])[] = [
    ['vectorscope.inspected', ({ text }) => text !== null],
    // What `resource` is compared with is written without escapes that a URI does not need.
    ['vectorscope.inspectedResources', ({ text, source }) => (text && source ? [vscode.Uri.parse(source.uri).toString()] : [])],
    ['vectorscope.loaded', ({ loaded }) => loaded],
  ];
  const told = new Map<string, string>();
  const tell = () => {
    for (const [name, of] of keys) {
      const value = of(shown.state);
      const written = JSON.stringify(value);
      if (told.get(name) !== written) setContextKey(name, value);
      told.set(name, written);
    }
  };
  tell();
  return shown.onDidChange(tell);
}

export const setContextKey = (name: string, value: Value): void => void vscode.commands.executeCommand('setContext', name, value);
