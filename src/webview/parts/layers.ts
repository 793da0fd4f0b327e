import * as l10n from '@vscode/l10n';
import { count, plural } from '../../shared/format';

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
