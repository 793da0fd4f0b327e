import * as vscode from 'vscode';
import { possibleColourings } from '../../../shared/colouring';
import { capitalised } from '../../../shared/format';
import type { Colouring } from '../../../shared/panel';
import { registerCommands, setContextKey } from '../../registerContextKeys';
import type { Shown } from '../../shown';
import type { Marks } from './marks';

/** Shows and hides all marks. */
export function registerToggleMarks(marks: Marks): vscode.Disposable {
  const turn = (on: boolean) => {
    if (marks.on !== on) marks.toggle();
    setContextKey('vectorscope.marks', marks.on);
  };
  turn(marks.on);
  return registerCommands({ 'vectorscope.showMarks': () => turn(true), 'vectorscope.hideMarks': () => turn(false) });
}

/** Lets the user choose the colouring of the tokens, in the editor and in the panel. */
export const registerColourBy = (shown: Shown, colour: (by: Colouring) => void): vscode.Disposable =>
  vscode.commands.registerCommand('vectorscope.colourBy', async () => {
    const now = shown.state.options.colouring;
    const items = possibleColourings(shown.state).map((colouring) => ({
      colouring,
      ...wordsFor(colouring),
      description: colouring === now ? vscode.l10n.t('as now') : '',
    }));
    const chosen = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Colour the tokens by') });
    if (chosen) colour(chosen.colouring);
  });

const wordsOf: Readonly<Record<Colouring, () => readonly [name: string, detail: string]>> = {
  size: () => [vscode.l10n.t('size'), vscode.l10n.t('The size of the token’s vector.')],
  surprisal: () => [vscode.l10n.t('surprisal'), vscode.l10n.t('How surprised the model is by the token, in bits.')],
  entropy: () => [vscode.l10n.t('entropy'), vscode.l10n.t('How uncertain the model is about the next token, in bits.')],
  attention: () => [
    vscode.l10n.t('attention'),
    vscode.l10n.t('How much the open head attends to the token from the chosen position, as a share.'),
  ],
  neuron: () => [vscode.l10n.t('neuron'), vscode.l10n.t('How much the open neuron fires at the token.')],
  difference: () => [
    vscode.l10n.t('difference'),
    vscode.l10n.t('How far the second model’s prediction after the token is from the first’s, in bits.'),
  ],
  matters: () => [
    vscode.l10n.t('what mattered'),
    vscode.l10n.t(
      'Bits that the answer costs more without the part of the text. Grey, with the line above: the answer costs less without it.',
    ),
  ],
  none: () => [vscode.l10n.t('None'), vscode.l10n.t('No colour, boundaries only.')],
};

function wordsFor(colouring: Colouring) {
  const [name, detail] = wordsOf[colouring]();
  return { label: capitalised(name), detail };
}
