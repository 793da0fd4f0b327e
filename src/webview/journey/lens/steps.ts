import * as l10n from '@vscode/l10n';
import type { LensStep } from '../../../shared/layers';

export const isSameStep = (a: LensStep, b: LensStep): boolean => a.layer === b.layer && a.after === b.after;

/** A row in words, inside a sentence. */
export const stepName = ({ layer, after }: LensStep): string =>
  after === 'layer' ? l10n.t('layer {0}', layer) : l10n.t('after attention in layer {0}', layer);

/** A row in few letters: `12`, or `12 mid` after attention. */
export const shortStep = ({ layer, after }: LensStep): string =>
  after === 'layer' ? `${layer}` : `${layer} ${l10n.t('mid')}`;

/** A row at a place, at the beginning of a sentence. */
export function residualName({ layer, after }: LensStep, layers: number, place: string): string {
  if (after === 'attention') return l10n.t('After attention in layer {0}, {1}', layer, place);
  if (layer === 0) return l10n.t('Before the layers, {0}', place);
  return layer === layers ? l10n.t('After the last layer, {0}', place) : l10n.t('After layer {0}, {1}', layer, place);
}
