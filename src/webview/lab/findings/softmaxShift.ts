import * as l10n from '@vscode/l10n';
import type { SoftmaxShiftResult } from '../../../shared/lab';
import { scientific } from '../../../shared/format';

/** What sums of a few thousand float64 products leave over. */
export const rounding = 1e-9;
/** A cosine that moves by less is hardly another. */
const noticeable = 0.01;

const atMost = (change: number): string =>
  change === 0 ? l10n.t('not at all') : l10n.t('by {0} at most', scientific(change));

export function softmaxShiftFinding({
  probabilityChange,
  distanceChange,
  sizeChange,
  cosineChange,
}: SoftmaxShiftResult): string {
  const real = [scientific(sizeChange), scientific(cosineChange)] as const;
  const still = [atMost(probabilityChange), atMost(distanceChange)] as const;
  if (probabilityChange > rounding || distanceChange > rounding) {
    return l10n.t(
      'Probabilities change {0}, distances {1}: more than rounding, so this model sees the shift. Sizes change by up to {2}, cosines by up to {3}.',
      ...still,
      ...real,
    );
  }
  if (cosineChange < noticeable) {
    return l10n.t(
      'Probabilities change {0}, distances {1}: rounding. The vector is so short that sizes change by {2} and cosines by {3} at most.',
      ...still,
      ...real,
    );
  }
  return l10n.t(
    'Probabilities change {0}, distances {1}: rounding. Sizes change by up to {2} and cosines by up to {3}, so a raw cosine depends on the origin.',
    ...still,
    ...real,
  );
}

export const softmaxShiftInShort = ({ probabilityChange, cosineChange }: SoftmaxShiftResult): string =>
  probabilityChange > rounding
    ? l10n.t('probabilities change by up to {0}', scientific(probabilityChange))
    : l10n.t('no probability; cosines by up to {0}', scientific(cosineChange));
