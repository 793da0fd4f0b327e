import * as l10n from '@vscode/l10n';
import type { LensStep } from '../../../shared/layers';
import { layerOf, residualCell, residualPlace, shortResidual } from '../../parts/layers';

export const isSameStep = (a: LensStep, b: LensStep): boolean => a.layer === b.layer && a.after === b.after;

/** A row in words, inside a sentence. */
export const stepName = ({ layer, after }: LensStep): string =>
  after === 'layer' ? residualPlace(layer) : l10n.t('after attention in layer {0}', layerOf(layer));

/** Its two cells in a copy: the layer, and the part of it that comes before the row. */
export const stepCells = ({ layer, after }: LensStep): readonly [string | number, string] =>
  layer === 0 ? [residualCell(layer), ''] : [layerOf(layer), after];

/** A row in few letters: `12` after layer 12, or `12 mid` after its attention. */
export const shortStep = ({ layer, after }: LensStep): string =>
  after === 'layer' ? shortResidual(layer) : `${layerOf(layer)} ${l10n.t('mid')}`;
