import { host } from '#host';
import * as vscode from 'vscode';
import { modelWordsIn } from '../../shared/modelWords';

const words = modelWordsIn(vscode.l10n);

/** The sentences of the list of models, in the language of the editor. */
export const rowWords = {
  ...words,
  inUse: () => vscode.l10n.t('in use'),
  compared: () => vscode.l10n.t('compared'),
  shipped: () => vscode.l10n.t('comes with Vectorscope'),
  bySetting: () => vscode.l10n.t('named by the setting vectorscope.modelFile'),
  missing: () => vscode.l10n.t('not there'),
  damaged: () => vscode.l10n.t('damaged'),
  /** The model on the Hub of which only the geometry was read. */
  ofWhole: (size: string) => vscode.l10n.t('of {0} on the Hub', size),
  facts: {
    ...words.facts,
    verdict: () => (host.kind === 'web' ? vscode.l10n.t('In this browser') : vscode.l10n.t('On this machine')),
    repository: () => vscode.l10n.t('Hub'),
    whole: () => vscode.l10n.t('Whole model'),
  },
};
