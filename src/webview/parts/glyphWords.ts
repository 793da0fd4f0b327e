import * as l10n from '@vscode/l10n';
import type { GlyphWords, Mark } from '../../shared/glyphs';

const named: Readonly<Record<Mark, (many: number) => string>> = {
  space: (many) => (many === 1 ? l10n.t('space') : l10n.t('{0} spaces', many)),
  newline: (many) => (many === 1 ? l10n.t('newline') : l10n.t('{0} newlines', many)),
  tab: (many) => (many === 1 ? l10n.t('tab') : l10n.t('{0} tabs', many)),
  return: (many) => (many === 1 ? l10n.t('return') : l10n.t('{0} returns', many)),
  'no-break space': (many) => (many === 1 ? l10n.t('no-break space') : l10n.t('{0} no-break spaces', many)),
  'control character': (many) => (many === 1 ? l10n.t('control character') : l10n.t('{0} control characters', many)),
  delete: (many) => (many === 1 ? l10n.t('delete') : l10n.t('{0} deletes', many)),
};

export const glyphWords: GlyphWords = {
  mark: (mark, many) => named[mark](many),
  whiteSpace: () => l10n.t('white space'),
  bytes: (many) => (many === 'one' ? l10n.t('byte') : l10n.t('bytes')),
};
