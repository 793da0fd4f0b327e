import * as vscode from 'vscode';
import type { InspectionController } from '../inspection/controller';
import type { Panel } from '../panel/panel';
import { LastEditor } from './lastEditor';
import { isBlank, selectedIn, whyBlank } from './reading';

/** How long a sentence stays in the status bar, milliseconds. */
const statusBarTime = 8000;

async function offerSample(why: string): Promise<void> {
  const open = vscode.l10n.t('Open Sample Text');
  if ((await vscode.window.showInformationMessage(why, open)) === open)
    await vscode.commands.executeCommand('vectorscope.openSample');
}

export function registerInspectSelection(
  controller: InspectionController,
  panel: Panel,
  log: { info(message: string): void },
): vscode.Disposable {
  const lastEditor = new LastEditor(vscode.window);
  let said: vscode.Disposable | undefined;
  /** Says it in the panel if that is in sight. */
  const refuse = (why: string, help: 'sample' | null): boolean => {
    log.info(`Nothing was inspected: ${why}`);
    return panel.visible && controller.refuse(why, help);
  };
  const inspect = async (as: 'chat' | 'text'): Promise<void> => {
    said?.dispose();
    const editor = lastEditor.meant;
    if (!editor) {
      const why = vscode.l10n.t('There is no text to inspect. Open a document, select some text and inspect again.');
      if (!refuse(why, 'sample')) void offerSample(why);
      return;
    }
    const subject = selectedIn(editor);
    if (isBlank(subject)) {
      const why = whyBlank(subject);
      if (!refuse(why, null)) said = vscode.window.setStatusBarMessage(why, statusBarTime);
      return;
    }
    panel.show();
    // Hidden before, they would be missed now.
    void vscode.commands.executeCommand('vectorscope.showMarks');
    await controller.inspectAs(subject, as);
  };
  return vscode.Disposable.from(
    vscode.commands.registerCommand('vectorscope.inspectSelection', () => inspect('text')),
    vscode.commands.registerCommand('vectorscope.inspectAsChat', () => inspect('chat')),
    lastEditor,
  );
}
