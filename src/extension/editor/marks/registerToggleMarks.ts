import * as vscode from 'vscode';
import { setContextKey } from '../../registerContextKeys';
import type { Shown } from '../../shown';
import type { Marks } from './marks';

/** Shows and hides all marks; a new inspection is always shown with them. */
export function registerToggleMarks(marks: Marks, shown: Shown): vscode.Disposable {
  const turn = (on: boolean) => {
    if (marks.on !== on) marks.toggle();
    setContextKey('vectorscope.marks', marks.on);
  };
  turn(marks.on);
  return vscode.Disposable.from(
    vscode.commands.registerCommand('vectorscope.showMarks', () => turn(true)),
    vscode.commands.registerCommand('vectorscope.hideMarks', () => turn(false)),
    shown.onDidChange(({ text }) => text && turn(true)),
  );
}
