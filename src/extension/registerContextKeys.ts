import * as vscode from 'vscode';
import { isGoingOn } from '../shared/instruments';
import type { PanelState } from '../shared/panel';
import type { Shown } from './shown';

/** Registers commands by their names. */
export const registerCommands = (
  acts: Readonly<Record<string, Parameters<typeof vscode.commands.registerCommand>[1]>>,
): vscode.Disposable =>
  vscode.Disposable.from(...Object.entries(acts).map(([name, act]) => vscode.commands.registerCommand(name, act)));

type Value = boolean | readonly vscode.Uri[];

/**
 * Lets the manifest's `when` clauses ask whether something is inspected, in which document, and whether the model is
 * loaded.
 */
export function registerContextKeys(shown: Shown): vscode.Disposable {
  const keys: readonly (readonly [name: string, of: (state: PanelState) => Value])[] = [
    ['vectorscope.inspected', ({ text }) => text !== null],
    ['vectorscope.marked', ({ text, document }) => text !== null || document !== null],
    [
      'vectorscope.inspectedResources',
      ({ text, source, document }) => [
        ...(text && source ? resourcesOf(source.uri) : []),
        ...(document ? resourcesOf(document.uri) : []),
      ],
    ],
    ['vectorscope.followsEdits', ({ followsEdits }) => followsEdits],
    ['vectorscope.loaded', ({ loaded }) => loaded],
    ['vectorscope.continues', ({ continuation }) => isGoingOn(continuation.paths)],
    ['vectorscope.compared', ({ both }) => both.other !== null],
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

/** Under which URIs an editor shows a document: a cell's is its notebook's, and a diff goes by its right side. */
function resourcesOf(written: string): readonly vscode.Uri[] {
  const uri = vscode.Uri.parse(written, true);
  const notebooks = vscode.workspace.notebookDocuments.filter((notebook) =>
    notebook.getCells().some(({ document }) => document.uri.toString() === uri.toString()),
  );
  const diffs = vscode.window.tabGroups.all.flatMap(({ tabs }) =>
    tabs.flatMap(({ input }) =>
      input instanceof vscode.TabInputTextDiff && input.original.toString() === uri.toString() ? [input.modified] : [],
    ),
  );
  return [uri, ...notebooks.map((notebook) => notebook.uri), ...diffs];
}

/** URIs are passed as objects, since the window may know them under another scheme. */
export const setContextKey = (name: string, value: Value): void =>
  void vscode.commands.executeCommand('setContext', name, value);
