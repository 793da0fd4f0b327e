import { host } from '#host';
import * as vscode from 'vscode';

/** The sentences of the list of models, in the language of the editor. */
export const rowWords = {
  inUse: () => vscode.l10n.t('in use'),
  compared: () => vscode.l10n.t('compared'),
  shipped: () => vscode.l10n.t('comes with Vectorscope'),
  bySetting: () => vscode.l10n.t('named by the setting vectorscope.modelFile'),
  tied: () => vscode.l10n.t('tied'),
  untied: () => vscode.l10n.t('not tied'),
  /** Loading the model shows whether its matrices are tied. */
  tiedUnknown: () => vscode.l10n.t('seen when it is loaded'),
  tokens: (many: string) => vscode.l10n.t('{0} tokens', many),
  runs: () => vscode.l10n.t('runs'),
  geometry: () => vscode.l10n.t('geometry only'),
  unsupported: () => vscode.l10n.t('not supported'),
  missing: () => vscode.l10n.t('not there'),
  damaged: () => vscode.l10n.t('damaged'),
  about: (size: string) => vscode.l10n.t('about {0}', size),
  /** The model on the Hub of which only the geometry was read. */
  ofWhole: (size: string) => vscode.l10n.t('of {0} on the Hub', size),
  facts: {
    verdict: () => (host.kind === 'web' ? vscode.l10n.t('In this browser') : vscode.l10n.t('On this machine')),
    family: () => vscode.l10n.t('Family'),
    parameters: () => vscode.l10n.t('Parameters'),
    quantisation: () => vscode.l10n.t('Quantisation'),
    matrices: () => vscode.l10n.t('Input and output matrix'),
    context: () => vscode.l10n.t('Context'),
    size: () => vscode.l10n.t('Size'),
    memory: () => vscode.l10n.t('Memory'),
    license: () => vscode.l10n.t('Licence'),
    repository: () => vscode.l10n.t('Hub'),
    whole: () => vscode.l10n.t('Whole model'),
  },
};
