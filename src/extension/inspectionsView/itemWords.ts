import * as vscode from 'vscode';
import { count } from '../../shared/format';
import type { ItemWords } from './item';

/** The sentences of the list of inspections, in the language of the editor. */
export const itemWords: ItemWords = {
  changed: () => vscode.l10n.t('changed since'),
  tokens: (many) => (many === 1 ? vscode.l10n.t('1 token') : vscode.l10n.t('{0} tokens', count(many))),
  leftOut: (tokens, many) => vscode.l10n.t('{0}, {1} of them without predictions', tokens, count(many)),
  context: (many) =>
    many === 1
      ? vscode.l10n.t('seen with 1 token before it')
      : vscode.l10n.t('seen with {0} tokens before it', count(many)),
  plain: () => vscode.l10n.t('special tokens read as plain text'),
  served: (model, place) => vscode.l10n.t('{0} on {1}', model, place),
  centred: () => vscode.l10n.t('neighbours centred'),
};
