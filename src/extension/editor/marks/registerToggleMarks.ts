import * as vscode from 'vscode';
import { setContextKey } from '../../registerContextKeys';
import type { Marks } from './marks';

/** Shows and hides all marks. */
export function registerToggleMarks(marks: Marks): vscode.Disposable {
  const turn = (on: boolean) => {
    if (marks.on !== on) marks.toggle();
    setContextKey('vectorscope.marks', marks.on);
  };
  turn(marks.on);
  return vscode.Disposable.from(
    vscode.commands.registerCommand('vectorscope.showMarks', () => turn(true)),
    vscode.commands.registerCommand('vectorscope.hideMarks', () => turn(false)),
  );
}
