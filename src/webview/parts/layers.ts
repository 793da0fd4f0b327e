import * as l10n from '@vscode/l10n';
import { count, plural } from '../../shared/format';
import type { LensStep } from '../../shared/layers';

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

export const layerCount = (value: number): string =>
  plural(value, { one: l10n.t('{0} layer', count(value)), other: l10n.t('{0} layers', count(value)) });

/** Residual l has l layers behind it: the input of the first layer is residual 0, and layer l − 1 gives residual l. */
export const layerOf = (residual: number): number => residual - 1;

/** A residual in a column of layers: `in` before the first one. */
export const shortResidual = (residual: number): string => (residual === 0 ? l10n.t('in') : String(layerOf(residual)));

/** The same for the clipboard. */
export const residualCell = (residual: number): string | number => (residual === 0 ? 'input' : layerOf(residual));

/** Where a residual is, inside a sentence. */
export const residualPlace = (residual: number): string =>
  residual === 0 ? l10n.t('before the layers') : l10n.t('after layer {0}', layerOf(residual));
