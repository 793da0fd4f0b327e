import * as l10n from '@vscode/l10n';
import { count, fixed, percent, roundedSize } from '../../../shared/format';
import type { Dimensions, DimensionShare } from '../../../shared/layers';

/**
 * A massive activation is above 100 and far above the median of its residual. Sun et al. (2024, arXiv:2402.17762) ask
 * for about a thousand times the median; small models reach hundreds of times.
 */
const leastValue = 100;
const leastTimes = 100;

export const isMassive = ({ value }: DimensionShare, { median }: Pick<Dimensions, 'median'>): boolean =>
  Math.abs(value) > leastValue && Math.abs(value) >= leastTimes * median;

function times({ value }: DimensionShare, median: number): string {
  const ratio = Math.abs(value) / median;
  return ratio < 10 ? fixed(ratio, 1) : count(ratio);
}

/** Which dimension carries most of the residual, and how much. */
export function dimensionWords(dimensions: Dimensions): string {
  const { largest, median, size } = dimensions;
  const [first] = largest;
  if (!first || size === 0) return l10n.t('This residual is zero in every dimension.');
  const numbers = [first.dimension, percent(100 * first.share), roundedSize(size)] as const;
  if (median === 0) return l10n.t('Dimension {0} carries {1} of the square of the size {2}.', ...numbers);
  return isMassive(first, dimensions)
    ? l10n.t(
        'Dimension {0} alone carries {1} of the square of the size {2}. Its value is {3} times the median of all dimensions: a massive activation.',
        ...numbers,
        times(first, median),
      )
    : l10n.t(
        'Dimension {0} has the largest share, {1} of the square of the size {2}. Its value is {3} times the median of all dimensions. None is a massive activation.',
        ...numbers,
        times(first, median),
      );
}
