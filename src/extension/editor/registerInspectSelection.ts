import * as vscode from 'vscode';
import type { InspectionController } from '../inspection/controller';
import type { Panel } from '../panel/panel';
import { limits } from '../settings';
import { isBlank, selectedIn, whyBlank } from './reading';

/** How long a sentence stays in the status bar, milliseconds. */
const statusBarTime = 8000;

export function registerInspectSelection(controller: InspectionController, panel: Panel): vscode.Disposable {
  const refuse = (why: string) => {
    if (!panel.visible || !controller.refuse(why)) vscode.window.setStatusBarMessage(why, statusBarTime);
  };
  return vscode.commands.registerCommand('vectorscope.inspectSelection', async () => {
    const editor = vscode.window.activeTextEditor;
    if (!editor) return refuse(vscode.l10n.t('There is no text to inspect. Open a document, select some text and inspect again.'));
    const subject = selectedIn(editor, limits().contextTokens);
    if (isBlank(subject)) return refuse(whyBlank(subject));
    panel.show();
    await controller.inspect(subject);
  });
}
