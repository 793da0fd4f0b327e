import * as vscode from 'vscode';
import type { ModelStatus } from './modelStatus';

/** The states of a model, in a word each. */
export const statusWords = (): Readonly<Record<ModelStatus['doing'], string>> => ({
  fetching: vscode.l10n.t('downloading'),
  loading: vscode.l10n.t('loading'),
  running: vscode.l10n.t('running'),
  ready: vscode.l10n.t('ready'),
});
