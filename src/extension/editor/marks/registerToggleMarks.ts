import * as vscode from 'vscode';
import { setContextKey } from '../../registerContextKeys';
import type { Marks } from './marks';

export function registerToggleMarks(marks: Marks): vscode.Disposable {
  const tell = () => setContextKey('vectorscope.marks', marks.on);
  tell();
  return vscode.commands.registerCommand('vectorscope.toggleMarks', () => {
    marks.toggle();
    tell();
  });
}
