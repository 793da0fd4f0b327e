import * as l10n from '@vscode/l10n';
import { extent, max } from 'd3-array';
import { scaleLinear, scaleLog } from 'd3-scale';
import type { HeadCell, HeadGrid } from '../../shared/attention';
import { bits, fixed, signed } from '../../shared/format';
import { targetWords } from '../parts/compared';
import { Ramp } from '../parts/ramp';
import { Sentence } from '../parts/text';
import { Toggles } from '../parts/toggles';
import { words } from '../parts/words';

/** The numbers by which the grid of heads can be coloured. */
export const measures = ['push', 'size', 'sink', 'entropy'] as const;
export type Measure = (typeof measures)[number];

/** The numbers of a head, or of a bias, which attends to nothing. */
export type Measured = Pick<HeadCell, 'size' | 'push'> & Partial<Pick<HeadCell, 'first' | 'entropy'>>;

interface MeasureFacts {
  readonly name: () => string;
  /** What the scale shows. */
  readonly note: () => string;
  /** Logits, model units, a share 0 … 1, or bits; `null` for a bias without weights. */
  readonly of: (cell: Measured) => number | null;
  /** The values without colour and with full colour. */
  readonly domain: (grid: HeadGrid) => readonly [number, number];
  /** Prints a value in a cell. A narrow cell has room for four characters: `−0.1`, `0.07`. */
  readonly print: (value: number | null, isNarrow?: boolean) => string;
  /** A value in words, after the number that stands in the cell: `0.31 push`. */
  readonly spoken: (value: number | null) => string;
}

const allOf = ({ heads, biases }: HeadGrid): readonly Measured[] => [...heads.flat(), ...biases];
const printSize = (value: number | null): string => fixed(value, value !== null && value >= 99.95 ? 0 : 1);

export const measureFacts: Readonly<Record<Measure, MeasureFacts>> = {
  push: {
    name: () => l10n.t('push'),
    note: () => l10n.t('logits; grey pushes away'),
    of: ({ push }) => push,
    // Coloured by the amount, whatever the sign.
    domain: (grid) => [0, max(allOf(grid), ({ push }) => Math.abs(push)) || 1],
    print: (value, isNarrow = false) => fixed(value, isNarrow ? 1 : 2),
    spoken: (value) => l10n.t('{0} push', signed(value)),
  },
  size: {
    name: () => l10n.t('size'),
    note: () => l10n.t('size of the vector that the head adds, log scale'),
    of: ({ size }) => size,
    domain(grid) {
      const sizes = allOf(grid).map(({ size }) => size);
      const [low = 1, high = 1] = extent(sizes.filter((size) => size > 0));
      return low === high ? [low / 2, high] : [low, high];
    },
    print: printSize,
    spoken: (value) => l10n.t('{0} size', printSize(value)),
  },
  sink: {
    name: () => l10n.t('first position'),
    note: () => l10n.t('weight on the first position, the attention sink'),
    of: ({ first }) => first ?? null,
    domain: () => [0, 1],
    print: (value) => fixed(value, 2),
    spoken: (value) => l10n.t('{0} on the first position', fixed(value, 2)),
  },
  entropy: {
    name: () => l10n.t('entropy'),
    note: () => l10n.t('bits; at 0 the head looks at one position only'),
    of: ({ entropy }) => entropy ?? null,
    domain: ({ position }) => [0, Math.log2(position + 1) || 1],
    print: (value) => fixed(value, 1),
    spoken: (value) => l10n.t('{0} bits entropy', bits(value)),
  },
};

/** Strength of the colour, 0 … 1. Sizes have a log scale, since those of late layers are many times larger. */
export function strengthOf(measure: Measure, value: number | null, domain: readonly [number, number]): number {
  if (value === null || (measure === 'size' && value <= 0)) return 0;
  const scale = measure === 'size' ? scaleLog(domain, [0, 1]) : scaleLinear(domain, [0, 1]);
  return scale.clamp(true)(Math.abs(value));
}

interface LegendProps {
  readonly grid: HeadGrid;
  readonly measure: Measure;
  readonly chosen: number | undefined;
  readonly onChoose: (measure: Measure) => void;
}

/** The choice of the number that colours the grid, and its scale. */
export function HeadsLegend({ grid, measure, chosen, onChoose }: LegendProps) {
  const { domain, print, note } = measureFacts[measure];
  const [low, high] = domain(grid);
  return (
    <div class="heads-top">
      <h3 id="heads-title">
        {measure === 'push' ? (
          <Sentence words={words(l10n.t('Heads: push on {0}'), targetWords(grid))} chosen={chosen} />
        ) : (
          l10n.t('Heads')
        )}
      </h3>
      <Toggles
        label={l10n.t('Colour the heads by')}
        options={measures.map((one) => [one, measureFacts[one].name()] as const)}
        value={measure}
        onChoose={onChoose}
      />
      <p class="lens-legend heads-legend">
        {measure === 'push' && (
          <>
            <span>{print(-high)}</span>
            <Ramp swatch="lens-swatch away" name="heads-away" />
          </>
        )}
        <span>{print(low)}</span>
        <Ramp swatch="lens-swatch" />
        <span>{print(high)}</span>
        <span class="lens-legend-note">{note()}</span>
      </p>
    </div>
  );
}
