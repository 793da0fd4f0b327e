import * as vscode from 'vscode';
import type { InspectionController } from '../inspection/controller';
import type { Panel } from '../panel/panel';
import { InFront, type EditorRead } from './inFront';
import { chatIn, isBlank, selectedIn, whyBlank, whyBlankDocument, wholeDocument } from './reading';

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
  guide: vscode.Uri,
): vscode.Disposable {
  const inFront = new InFront(guide);
  let said: vscode.Disposable | undefined;
  const say = (sentence: string) => void (said = vscode.window.setStatusBarMessage(sentence, statusBarTime));
  /** Says it in the panel if that is in sight. */
  const refuse = (why: string, help: 'sample' | null): boolean => {
    log.info(`Nothing was inspected: ${why}`);
    return panel.visible && controller.refuse(why, help);
  };
  /** Calls `inspect` with what `read` finds in the editor, unless there is none, or no text in it. */
  const inspecting =
    <T extends { readonly text: string }>(
      read: (editor: EditorRead) => T,
      whyBlank: (found: T) => string,
      inspect: (found: T) => Promise<void>,
    ) =>
    async (from?: unknown): Promise<void> => {
      said?.dispose();
      const editor = await inFront.read(from);
      if (typeof editor === 'string') {
        if (!refuse(editor, 'sample')) void offerSample(editor);
        return;
      }
      const found = read(editor);
      if (isBlank(found)) {
        const why = whyBlank(found);
        if (!refuse(why, null)) say(why);
        return;
      }
      // Hidden before, they would be missed now.
      void vscode.commands.executeCommand('vectorscope.showMarks');
      await inspect(found);
    };
  const inspectAs = (as: 'chat' | 'text') =>
    inspecting(as === 'chat' ? chatIn : selectedIn, whyBlank, async (subject) => {
      panel.showText(as === 'chat' ? 'tokens' : 'point');
      const { text } = controller.state;
      await controller.inspectAs(subject, as);
      const { text: now, status } = controller.state;
      if (text === null || now !== text || status.kind !== 'ready') return;
      say(vscode.l10n.t('{0} is already inspected. Nothing has changed.', subject.name));
    });
  const inspectDocument = inspecting(wholeDocument, whyBlankDocument, ({ source }) => {
    const measured = controller.inspectDocument(source);
    // The section is there once it has begun.
    panel.goTo('document');
    return measured;
  });
  return vscode.Disposable.from(
    vscode.commands.registerCommand('vectorscope.inspectSelection', inspectAs('text')),
    vscode.commands.registerCommand('vectorscope.inspectAsChat', inspectAs('chat')),
    vscode.commands.registerCommand('vectorscope.inspectDocument', inspectDocument),
    inFront,
  );
}
