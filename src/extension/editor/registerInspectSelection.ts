import * as vscode from 'vscode';
import type { InspectionController } from '../inspection/controller';
import { samePlace, type Subject } from '../inspection/subject';
import type { Panel } from '../panel/panel';
import { InFront, type EditorRead } from './inFront';
import { LastEditor } from './lastEditor';
import { chatIn, isBlank, selectedIn, whyBlank, wholeDocument } from './reading';

/** A text of this length is offered to be changed. UTF-16 units. */
const longestOffered = 500;

/**
 * Compares the inspected text with what is selected elsewhere, or with a text that is typed; lets the model go on with
 * what is selected, or with the inspected text.
 */
export function registerCompareTexts(
  controller: Pick<InspectionController, 'shown' | 'state' | 'compareText'>,
  panel: Pick<Panel, 'goTo'>,
): vscode.Disposable {
  const lastEditor = new LastEditor(vscode.window);
  const selectedElsewhere = () => {
    const { meant } = lastEditor;
    const selected = meant && !meant.selection.isEmpty ? selectedIn(meant) : null;
    return selected && !isBlank(selected) && !samePlace(controller.shown, selected) ? selected : null;
  };
  const goOn = async (): Promise<void> => {
    const other = selectedElsewhere();
    if (other) await vscode.commands.executeCommand('vectorscope.inspectSelection');
    // The inspection may have been cancelled, or a download declined.
    if (!other || samePlace(controller.shown, other)) panel.goTo('continuation');
  };
  const compare = async (): Promise<void> => {
    const { shown, state } = controller;
    if (!shown || !state.model?.trunk) {
      void vscode.window.showInformationMessage(
        shown
          ? vscode.l10n.t('The layers of this model are not loaded. Load another model.')
          : vscode.l10n.t('There is no text to compare with yet. Inspect some text first.'),
      );
      return;
    }
    const other = selectedElsewhere();
    const text = other ? other.text : await typed(shown);
    if (text === undefined) return;
    panel.goTo('texts');
    await controller.compareText(text, other && other.name);
  };
  return vscode.Disposable.from(
    vscode.commands.registerCommand('vectorscope.compareTexts', compare),
    vscode.commands.registerCommand('vectorscope.continue', goOn),
    lastEditor,
  );
}

/** Mostly a few words are changed, so the inspected text stands there to begin with. */
const typed = ({ text }: Subject): Thenable<string | undefined> =>
  vscode.window.showInputBox({
    title: vscode.l10n.t('Compare with another text'),
    prompt: vscode.l10n.t(
      'To the model this text is the same as the inspected one. Change a word to see what that does.',
    ),
    value: text.length > longestOffered || /[\r\n]/.test(text) ? '' : text,
    ignoreFocusOut: true,
    validateInput: (value) =>
      value.trim() === '' ? vscode.l10n.t('The text is only whitespace. Type some words.') : undefined,
  });

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
    <T extends { readonly text: string }>(read: (editor: EditorRead) => T, inspect: (found: T) => Promise<void>) =>
    async (from?: unknown): Promise<void> => {
      said?.dispose();
      const editor = await inFront.read(from);
      if (typeof editor === 'string') {
        if (!refuse(editor, 'sample')) void offerSample(editor);
        return;
      }
      const found = read(editor);
      if (isBlank(found)) {
        const why = whyBlank();
        if (!refuse(why, null)) say(why);
        return;
      }
      // Hidden before, they would be missed now.
      void vscode.commands.executeCommand('vectorscope.showMarks');
      await inspect(found);
    };
  const inspectAs = (as: 'chat' | 'text') =>
    inspecting(as === 'chat' ? chatIn : selectedIn, async (subject) => {
      panel.showText(as === 'chat' ? 'tokens' : 'point');
      const { text } = controller.state;
      await controller.inspectAs(subject, as);
      const { text: now, status } = controller.state;
      if (text === null || now !== text || status.kind !== 'ready') return;
      say(vscode.l10n.t('{0} is already inspected. Nothing has changed.', subject.name));
    });
  const inspectDocument = inspecting(wholeDocument, ({ source }) => {
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
