import * as l10n from '@vscode/l10n';
import { scaleLinear, scaleLog, scaleSymlog } from 'd3-scale';
import { count, fixed } from '../../../shared/format';
import { type LensColouring, lensColourings } from '../../../shared/instruments';
import { type Actions } from '../../actions';
import { ColourScale } from '../../parts/ramp';
import { Toggles } from '../../parts/toggles';
import type { Cell } from './cells';

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
  readonly of: (cell: Cell) => number | null;
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
export function strengthOf(colouring: LensColouring, value: number | null, vocabulary: number): number {
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
    <div class="lens-top">
      <h3 id="lens-title">{l10n.t('Lens: likeliest token')}</h3>
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
