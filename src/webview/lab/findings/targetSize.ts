import * as l10n from '@vscode/l10n';
import type { TargetSizeResult } from '../../../shared/lab';
import { count, percent } from '../../../shared/format';

const ends = ({ winsBySizeDecile }: TargetSizeResult): readonly [smallest: number, largest: number] => [
  winsBySizeDecile[0] ?? 0,
  winsBySizeDecile.at(-1) ?? 0,
];

/** What the tenths won; an even share is a tenth. */
function won(result: TargetSizeResult): string {
  const [smallest, largest] = ends(result);
  const shares = [percent(100 * largest), percent(100 * smallest)] as const;
  if (largest >= 0.3)
    return l10n.t(
      'The largest tenth of the tokens wins {0} of the directions, the smallest {1}: size is the size of the target.',
      ...shares,
    );
  if (largest > 0.13)
    return l10n.t(
      'The largest tenth of the tokens wins {0} of the directions, the smallest {1}: somewhat more than an even share.',
      ...shares,
    );
  if (largest >= 0.07)
    return l10n.t(
      'The largest tenth of the tokens wins {0} of the directions, the smallest {1}: about an even share, so size counts little here.',
      ...shares,
    );
  return l10n.t(
    'The largest tenth of the tokens wins only {0} of the directions, the smallest {1}: here size is no advantage.',
    ...shares,
  );
}

function losers(never: number): string {
  if (never === 0) return l10n.t('Every token wins at least one of those that were tried.');
  return never === 1
    ? l10n.t('One token wins none of those that were tried.')
    : l10n.t('{0} tokens win none of those that were tried.', count(never));
}

export const targetSizeFinding = (result: TargetSizeResult): string =>
  l10n.t('{0} {1}', won(result), losers(result.never));

export const targetSizeInShort = (result: TargetSizeResult): string =>
  l10n.t('the largest tenth wins {0}', percent(100 * ends(result)[1]));
