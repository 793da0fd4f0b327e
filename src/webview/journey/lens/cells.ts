import * as l10n from '@vscode/l10n';
import { lensEntries, type LensBlock } from '../../../shared/instruments';
import type { LensStage, Journey } from '../../../shared/layers';
import type { PanelState } from '../../../shared/panel';
import { layerOf, residualPlace } from '../../parts/layers';
import { type Words, words } from '../../parts/words';

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
  if (from < last)
    return words(
      l10n.t('{0} comes first from {1} on.'),
      predicted,
      from === 0 ? l10n.t('the input') : l10n.t('layer {0}', layerOf(from)),
    );
  const before = likeliest.slice(0, last).lastIndexOf(predicted.id);
  return before < 0
    ? words(l10n.t('{0} comes first only after the last layer.'), predicted)
    : words(l10n.t('{0} comes first {1} and again after the last layer.'), predicted, residualPlace(before));
}

/** One cell of the lens. */
export interface Cell {
  /** The likeliest tokens, best first. */
  readonly top: readonly { readonly id: number; readonly probability: number }[];
  /** Bits. */
  readonly entropy: number;
  /** 1-based rank of the token that really follows; `null` at the end of the text. */
  readonly rank: number | null;
  /** KL(final ‖ cell), bits; `null` while it is not known. */
  readonly divergence: number | null;
}

/** By default after the whole layer. */
export type CellAt = (layer: number, position: number, after?: LensStage) => Cell | null;

function cellOf(
  { first, from, to, ids, probabilities, entropy, ranks, divergence }: LensBlock,
  layer: number,
  position: number,
): Cell {
  const index = (layer - first) * (to - from) + position - from;
  const rank = ranks[index] ?? 0;
  return {
    top: [...ids.subarray(index * lensEntries, (index + 1) * lensEntries)].flatMap((id, entry) =>
      id < 0 ? [] : [{ id, probability: probabilities[index * lensEntries + entry] ?? 0 }],
    ),
    entropy: entropy[index] ?? NaN,
    rank: rank === 0 ? null : rank,
    divergence: divergence?.[index] ?? null,
  };
}

/** Looks cells up in the known blocks. */
export function lensIndex(blocks: readonly LensBlock[]): CellAt {
  const byLayer = new Map<number, LensBlock[]>();
  for (const block of blocks) {
    for (let layer = block.first; layer < block.first + block.count; layer++) {
      const known = byLayer.get(layer);
      if (known) known.push(block);
      else byLayer.set(layer, [block]);
    }
  }
  return (layer, position, after = 'layer') => {
    const block = byLayer.get(layer)?.find((one) => one.after === after && one.from <= position && position < one.to);
    return block ? cellOf(block, layer, position) : null;
  };
}
