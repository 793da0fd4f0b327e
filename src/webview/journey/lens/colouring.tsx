import * as l10n from '@vscode/l10n';
import { scaleLinear, scaleLog, scaleSymlog } from 'd3-scale';
import { count, fixed, valued } from '../../../shared/format';
import { type LensColouring, lensColourings, lensEntries, type LensBlock } from '../../../shared/instruments';
import type { LensStage, Journey } from '../../../shared/layers';
import type { PanelState } from '../../../shared/panel';
import type { Actions } from '../../actions';
import { layerOf, residualPlace } from '../../parts/layers';
import { ColourScale } from '../../parts/ramp';
import { Toggles } from '../../parts/toggles';
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
      from === 0 ? l10n.t('the input') : valued(l10n.t('layer'), layerOf(from)),
    );
  const before = likeliest.slice(0, last).lastIndexOf(predicted.id);
  return before < 0
    ? words(l10n.t('{0} comes first only after the last layer.'), predicted)
    : words(l10n.t('{0} comes first {1} and again after the last layer.'), predicted, residualPlace(before));
}

/** One cell of the lens. */
export interface ColouredCell {
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
export type CellAt = (layer: number, position: number, after?: LensStage) => ColouredCell | null;

function cellOf(
  { first, from, to, ids, probabilities, entropy, ranks, divergence }: LensBlock,
  layer: number,
  position: number,
): ColouredCell {
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

/** The largest divergence on the scale, bits. Larger ones are as far from the final prediction. */
const largestDivergence = 128;

interface Quantity {
  /** Short name, for its button. */
  readonly short: () => string;
  /** Name after a number. */
  readonly name: () => string;
  /** What the scale shows. */
  readonly note: () => string;
  /** 0 … 1, bits, or a rank from 1. */
  readonly of: (cell: ColouredCell) => number | null;
  /** The values without colour and with full colour. */
  readonly domain: (vocabulary: number) => readonly [number, number];
  /** Ranks and divergences have a log scale, since the smallest matter most. */
  readonly scale: (
    domain: readonly number[],
    range: readonly number[],
  ) => { clamp(on: true): (value: number) => number };
  /** Prints the value in a cell. */
  readonly print: (value: number | null) => string;
  /** Prints an end of the scale, with its unit. */
  readonly printEnd: (value: number) => string;
}

/** What can colour a cell of the lens. */
export const quantities: Readonly<Record<LensColouring, Quantity>> = {
  probability: {
    short: () => l10n.t('probability'),
    name: () => l10n.t('probability'),
    note: () => l10n.t('probability of the token in the cell'),
    of: ({ top }) => top[0]?.probability ?? null,
    domain: () => [0, 1],
    scale: scaleLinear,
    print: (value) => fixed(value, 2),
    printEnd: count,
  },
  entropy: {
    short: () => l10n.t('entropy'),
    name: () => l10n.t('entropy'),
    note: () => l10n.t('entropy of the whole prediction'),
    of: ({ entropy }) => entropy,
    domain: (vocabulary) => [0, Math.log2(vocabulary)],
    scale: scaleLinear,
    print: (value) => fixed(value, 1),
    printEnd: (value) => l10n.t('{0} bits', fixed(value, value === 0 ? 0 : 1)),
  },
  rank: {
    short: () => l10n.t('rank'),
    name: () => l10n.t('rank of the next token'),
    note: () => l10n.t('rank of the token that really follows, log scale'),
    of: ({ rank }) => rank,
    domain: (vocabulary) => [vocabulary, 1],
    scale: scaleLog,
    print: count,
    printEnd: count,
  },
  divergence: {
    short: () => l10n.t('divergence'),
    name: () => l10n.t('bits of KL divergence'),
    note: () => l10n.t('KL divergence, log scale'),
    of: ({ divergence }) => divergence,
    domain: () => [largestDivergence, 0],
    scale: scaleSymlog,
    print: (value) => fixed(value, 1),
    printEnd: (value) => l10n.t('{0} bits', count(value)),
  },
};

/** Strength of the colour, 0 … 1. */
export function lensStrength(colouring: LensColouring, value: number | null, vocabulary: number): number {
  const { scale, domain } = quantities[colouring];
  return value === null ? 0 : scale(domain(vocabulary), [0, 1]).clamp(true)(value);
}

interface LegendProps {
  readonly colouring: LensColouring;
  readonly vocabulary: number;
  readonly act: Actions;
}

/** The choice of a quantity, and its colour scale. */
export function LensLegend({ colouring, vocabulary, act }: LegendProps) {
  const { domain, printEnd, note } = quantities[colouring];
  const [low, high] = domain(vocabulary);
  return (
    <div class="spread lens-top">
      <Toggles
        label={l10n.t('Colour the lens by')}
        options={lensColourings.map((one) => [one, quantities[one].short()] as const)}
        value={colouring}
        onChoose={(lensColouring) => act.setView({ lensColouring })}
      />
      <ColourScale ends={[printEnd(low), printEnd(high)]}>{note()}</ColourScale>
    </div>
  );
}
