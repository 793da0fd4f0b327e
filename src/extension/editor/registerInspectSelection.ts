import * as vscode from 'vscode';
import type { InspectionController } from '../inspection/controller';
import type { Panel } from '../panel/panel';
import { LastEditor } from './lastEditor';
import { isBlank, selectedIn, whyBlank, whyBlankDocument, wholeOf } from './reading';

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
  /** Calls `inspect` with what `read` finds in the editor, unless there is none, or no text in it. */
  const inspecting =
    <T extends { readonly text: string }>(
      read: (editor: vscode.TextEditor) => T,
      whyBlank: (found: T) => string,
      inspect: (found: T) => Promise<void>,
    ) =>
    async (): Promise<void> => {
      said?.dispose();
      const editor = lastEditor.meant;
      if (!editor) {
        const why = vscode.l10n.t('There is no text to inspect. Open a document, select some text and inspect again.');
        if (!refuse(why, 'sample')) void offerSample(why);
        return;
      }
      const found = read(editor);
      if (isBlank(found)) {
        const why = whyBlank(found);
        if (!refuse(why, null)) said = vscode.window.setStatusBarMessage(why, statusBarTime);
        return;
      }
      // Hidden before, they would be missed now.
      void vscode.commands.executeCommand('vectorscope.showMarks');
      await inspect(found);
    };
  const inspectAs = (as: 'chat' | 'text') =>
    inspecting(selectedIn, whyBlank, (subject) => {
      panel.showText();
      return controller.inspectAs(subject, as);
    });
  const inspectDocument = inspecting(wholeOf, whyBlankDocument, ({ source }) => {
    const measured = controller.inspectDocument(source);
    // The section is there once it has begun.
    panel.goTo('document');
    return measured;
  });
  return vscode.Disposable.from(
    vscode.commands.registerCommand('vectorscope.inspectSelection', inspectAs('text')),
    vscode.commands.registerCommand('vectorscope.inspectAsChat', inspectAs('chat')),
    vscode.commands.registerCommand('vectorscope.inspectDocument', inspectDocument),
    lastEditor,
  );
}
