import * as vscode from 'vscode';
import type { InspectionController } from '../inspection/controller';
import { samePlace, type Subject } from '../inspection/subject';
import type { Panel } from '../panel/panel';
import { LastEditor } from './lastEditor';
import { isBlank, selectedIn } from './reading';

/** A text of this length is offered to be changed. UTF-16 units. */
const longestOffered = 500;

/** Compares the inspected text with what is selected elsewhere, or with a text that is typed. */
export function registerCompareTexts(
  controller: Pick<InspectionController, 'shown' | 'state' | 'compareText'>,
  panel: Pick<Panel, 'goTo'>,
): vscode.Disposable {
  const lastEditor = new LastEditor(vscode.window);
  const compare = async (): Promise<void> => {
    const { shown, state } = controller;
    if (!shown || !state.model?.trunk) {
      void vscode.window.showInformationMessage(
        shown
          ? vscode.l10n.t('Comparing texts needs the model’s layers, and they are not loaded here. Load another model.')
          : vscode.l10n.t('There is no text to compare with yet. Inspect some text first.'),
      );
      return;
    }
    const { meant } = lastEditor;
    const selected = meant && !meant.selection.isEmpty ? selectedIn(meant) : null;
    const isOther = selected && !isBlank(selected) && !samePlace(selected, shown);
    const text = isOther ? selected.text : await typed(shown);
    if (text === undefined) return;
    panel.goTo('texts');
    await controller.compareText(text, isOther ? selected.name : null);
  };
  return vscode.Disposable.from(vscode.commands.registerCommand('vectorscope.compareTexts', compare), lastEditor);
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
