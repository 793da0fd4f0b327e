import * as l10n from '@vscode/l10n';
import type { ModelInfo } from '../../shared/engine';
import type { Side } from '../../shared/sides';
import { usefulEnds } from '../parts/sizes';

/** What a histogram of sizes is called. */
export function sizesName(side: Side | undefined): string {
  if (side === undefined) return l10n.t('Sizes of the vocabulary');
  return side === 'input' ? l10n.t('Sizes of the input vectors') : l10n.t('Sizes of the output rows');
}

/** A histogram that is drawn on less than this share of an axis says little. */
const leastShare = 0.35;

/**
 * The ends of one axis for both sizes of a model with two matrices; null where one of them would be squeezed on it, and
 * each needs its own.
 */
export function commonEnds({
  sizes,
  outputSizes,
}: Pick<ModelInfo, 'sizes' | 'outputSizes'>): readonly [number, number] | null {
  if (!outputSizes) return null;
  const both = [usefulEnds(sizes), usefulEnds(outputSizes)];
  const [from, to] = [Math.min(...both.map(([low]) => low)), Math.max(...both.map(([, high]) => high))];
  return both.every(([low, high]) => high - low >= leastShare * (to - from)) ? [from, to] : null;
}
