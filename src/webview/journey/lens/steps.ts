import * as l10n from '@vscode/l10n';
import type { LensStep } from '../../../shared/layers';

export const isSameStep = (a: LensStep, b: LensStep): boolean => a.layer === b.layer && a.after === b.after;

/** A row in words, inside a sentence. */
export const stepName = ({ layer, after }: LensStep): string =>
  after === 'layer' ? l10n.t('layer {0}', layer) : l10n.t('after attention in layer {0}', layer);

/** A row in few letters: `12`, or `12 mid` after attention. */
export const shortStep = ({ layer, after }: LensStep): string =>
  after === 'layer' ? `${layer}` : `${layer} ${l10n.t('mid')}`;
