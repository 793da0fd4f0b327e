import * as vscode from 'vscode';
import type { InspectionController } from '../inspection/controller';
import type { Panel } from '../panel/panel';
import { LastEditor } from './lastEditor';
import { isBlank, selectedIn, whyBlank } from './reading';

/** How long a sentence stays in the status bar, milliseconds. */
const statusBarTime = 8000;

export function registerInspectSelection(
  controller: InspectionController,
  panel: Panel,
  log: { info(message: string): void },
): vscode.Disposable {
  const lastEditor = new LastEditor(vscode.window);
  let said: vscode.Disposable | undefined;
  const refuse = (why: string) => {
    log.info(`Nothing was inspected: ${why}`);
    if (!panel.visible || !controller.refuse(why)) said = vscode.window.setStatusBarMessage(why, statusBarTime);
  };
  const command = vscode.commands.registerCommand('vectorscope.inspectSelection', async () => {
    said?.dispose();
    const editor = lastEditor.meant;
    if (!editor)
      return refuse(vscode.l10n.t('There is no text to inspect. Open a document, select some text and inspect again.'));
    const subject = selectedIn(editor);
    if (isBlank(subject)) return refuse(whyBlank(subject));
    panel.show();
    // Hidden before, they would be missed now.
    void vscode.commands.executeCommand('vectorscope.showMarks');
    await controller.inspect(subject);
  });
  return vscode.Disposable.from(command, lastEditor);
}
