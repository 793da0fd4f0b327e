import * as vscode from 'vscode';

export const registerShowLog = (log: vscode.LogOutputChannel): vscode.Disposable =>
  vscode.commands.registerCommand('vectorscope.showLog', () => log.show());
