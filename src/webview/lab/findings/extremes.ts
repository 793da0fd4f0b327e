import * as l10n from '@vscode/l10n';
import type { ExtremesResult } from '../../../shared/lab';
import { count, size } from '../../../shared/format';
import { type Words, words } from '../../parts/words';
import type { TokenOf } from '../names';

function alike(duplicates: ExtremesResult['duplicates']): string {
  const tokens = duplicates.reduce((sum, group) => sum + group.length, 0);
  if (duplicates.length === 0) return l10n.t('No two tokens have the same row.');
  return duplicates.length === 1
    ? l10n.t('{0} tokens share one row.', count(tokens))
    : l10n.t('{0} tokens share {1} rows.', count(tokens), count(duplicates.length));
}

function outOfReach(many: number): string {
  if (many === 0) return l10n.t('Every token can come of some text.');
  return many === 1 ? l10n.t('One token comes of no text.') : l10n.t('{0} tokens come of no text.', count(many));
}

export function extremesFinding(
  { longest, shortest, duplicates, unreachable }: ExtremesResult,
  tokenOf: TokenOf,
): Words {
  const [long, short] = [longest[0], shortest[0]];
  const counts = l10n.t('{0} {1}', alike(duplicates), outOfReach(unreachable.length));
  if (!long || !short) return [counts];
  return [
    ...words(
      l10n.t('The longest is {0} with {1}, the shortest {2} with {3}.'),
      tokenOf(long),
      size(long.value),
      tokenOf(short),
      size(short.value),
    ),
    ' ',
    counts,
  ];
}

export function extremesInShort({ longest, shortest }: ExtremesResult, tokenOf: TokenOf): Words {
  const [long, short] = [longest[0], shortest[0]];
  return long && short ? words(l10n.t('{0} shortest, {1} longest'), tokenOf(short), tokenOf(long)) : [];
}
