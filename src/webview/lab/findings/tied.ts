import * as l10n from '@vscode/l10n';
import type { AngleSummary, TiedResult } from '../../../shared/lab';
import { degrees } from '../../../shared/format';
import { type Words, words } from '../../parts/words';
import type { TokenOf } from '../names';

const angles = ({ mean, min, max }: AngleSummary): readonly [string, string, string] => [
  degrees(mean),
  degrees(min),
  degrees(max),
];

/** How far apart two untied vectors of a token are. */
function untied(angle: AngleSummary): string {
  if (angle.mean >= 80)
    return l10n.t(
      'Two matrices: input and output vectors stand {0} apart on average, {1} to {2}, close to a right angle: they have next to nothing in common.',
      ...angles(angle),
    );
  if (angle.mean < 30)
    return l10n.t(
      'Two matrices: input and output vectors stand only {0} apart on average, {1} to {2}: they say much the same.',
      ...angles(angle),
    );
  return l10n.t('Two matrices: input and output vectors stand {0} apart on average, {1} to {2}.', ...angles(angle));
}

export function tiedFinding({ tied, angle, most, gainFolded }: TiedResult, tokenOf: TokenOf): Words {
  const [widest] = tied ? (gainFolded?.most ?? []) : most;
  if (tied && !gainFolded) return [l10n.t('One matrix reads and writes: every input vector is its output vector.')];
  const said =
    tied && gainFolded
      ? l10n.t(
          'One matrix reads and writes: every input vector is its output vector. With the final norm’s gain folded in they stand {0} apart on average, {1} to {2}.',
          ...angles(gainFolded.angle),
        )
      : untied(angle);
  return widest ? [`${said} `, ...words(l10n.t('Widest apart: {0}.'), tokenOf(widest))] : [said];
}

export const tiedInShort = ({ tied, angle }: TiedResult): string =>
  tied ? l10n.t('tied: equal in every row') : l10n.t('untied: {0} apart on average', degrees(angle.mean));
