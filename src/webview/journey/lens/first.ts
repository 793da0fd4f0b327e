import * as l10n from '@vscode/l10n';
import type { Journey } from '../../../shared/layers';
import type { PanelState } from '../../../shared/panel';
import { layerOf } from '../../parts/layers';
import { type Words, words } from '../../parts/words';
import { lensIndex } from './cells';

/** The id of the likeliest token at each residual of a position. `null` unless the lens knows all of them. */
export function likeliestByLayer(
  { lens }: Pick<PanelState, 'lens'>,
  { position, residualSize }: Journey,
): readonly number[] | null {
  if (!lens) return null;
  const cell = lensIndex(lens.blocks);
  const ids = residualSize.map((_, layer) => cell(layer, position)?.top[0]?.id);
  return ids.every((id) => id !== undefined) ? ids : null;
}

/** Says from which layer on the predicted token comes first. Null while the lens is unknown or predicts another. */
export function firstByLens({ lens }: Pick<PanelState, 'lens'>, journey: Journey): Words | null {
  const { predicted } = journey;
  const likeliest = likeliestByLayer({ lens }, journey);
  if (!likeliest) return null;
  const last = likeliest.length - 1;
  const from = likeliest.findLastIndex((id) => id !== predicted.id) + 1;
  // The lens may round differently from the run.
  if (from > last) return null;
  if (from === 0) return words(l10n.t('{0} comes first at every layer, starting with the input.'), predicted);
  if (from < last) return words(l10n.t('{0} comes first from layer {1} on.'), predicted, String(layerOf(from)));
  const before = likeliest.slice(0, last).lastIndexOf(predicted.id);
  if (before < 0) return words(l10n.t('{0} comes first only after the last layer.'), predicted);
  return words(
    before === 0
      ? l10n.t('{0} comes first before the layers and again after the last layer.')
      : l10n.t('{0} comes first after layer {1} and again after the last layer.'),
    predicted,
    String(layerOf(before)),
  );
}
