import * as vscode from 'vscode';
import type { GlyphWords, Mark } from '../shared/glyphs';

const named: Readonly<Record<Mark, (many: number) => string>> = {
  space: (many) => (many === 1 ? vscode.l10n.t('space') : vscode.l10n.t('{0} spaces', many)),
  newline: (many) => (many === 1 ? vscode.l10n.t('newline') : vscode.l10n.t('{0} newlines', many)),
  tab: (many) => (many === 1 ? vscode.l10n.t('tab') : vscode.l10n.t('{0} tabs', many)),
  return: (many) => (many === 1 ? vscode.l10n.t('return') : vscode.l10n.t('{0} returns', many)),
  'no-break space': (many) =>
    many === 1 ? vscode.l10n.t('no-break space') : vscode.l10n.t('{0} no-break spaces', many),
  'control character': (many) =>
    many === 1 ? vscode.l10n.t('control character') : vscode.l10n.t('{0} control characters', many),
  delete: (many) => (many === 1 ? vscode.l10n.t('delete') : vscode.l10n.t('{0} deletes', many)),
};

export const glyphWords: GlyphWords = {
  mark: (mark, many) => named[mark](many),
  whiteSpace: () => vscode.l10n.t('white space'),
  bytes: (many) => (many === 'one' ? vscode.l10n.t('byte') : vscode.l10n.t('bytes')),
};
