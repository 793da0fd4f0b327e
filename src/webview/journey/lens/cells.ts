import { lensEntries, type LensBlock } from '../../../shared/instruments';
import type { LensStage } from '../../../shared/layers';

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
