import * as vscode from 'vscode';
import type { RowWords } from './rows';

/** What the list of models says, in the language of the editor. */
export const rowWords: RowWords = {
  inUse: () => vscode.l10n.t('in use'),
  shipped: () => vscode.l10n.t('comes with Vectorscope'),
  bySetting: () => vscode.l10n.t('named by the setting vectorscope.modelFile'),
  parameters: (many) => vscode.l10n.t('{0} parameters', many),
  tied: () => vscode.l10n.t('tied'),
  untied: () => vscode.l10n.t('not tied'),
  tiedUnknown: () => vscode.l10n.t('tied or not is seen when it is loaded'),
  context: (tokens) => vscode.l10n.t('context of {0} tokens', tokens),
  license: (name) => vscode.l10n.t('licence: {0}', name),
  runs: () => vscode.l10n.t('runs'),
  unsupported: () => vscode.l10n.t('not supported'),
  missing: () => vscode.l10n.t('not there'),
  damaged: () => vscode.l10n.t('damaged'),
};
