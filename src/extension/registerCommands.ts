import * as vscode from 'vscode';

/** Registers commands by their names. */
export const registerCommands = (
  acts: Readonly<Record<string, Parameters<typeof vscode.commands.registerCommand>[1]>>,
): vscode.Disposable =>
  vscode.Disposable.from(...Object.entries(acts).map(([name, act]) => vscode.commands.registerCommand(name, act)));
