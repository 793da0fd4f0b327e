import * as l10n from '@vscode/l10n';
import { scaleLinear, scaleLog, scaleSymlog } from 'd3-scale';
import { count, fixed } from '../../../shared/format';
import type { LensColouring } from '../../../shared/instruments';
import { levels } from '../../../shared/levels';
import type { Actions } from '../../actions';
import { Toggles } from '../../parts/toggles';
import type { Cell } from './cells';

/** The quantity that colours a cell: 0 … 1, bits, or a rank from 1. */
export function quantityOf(colouring: LensColouring, { top, entropy, rank, divergence }: Cell): number | null {
  switch (colouring) {
    case 'probability':
      return top[0]?.probability ?? null;
    case 'entropy':
      return entropy;
    case 'rank':
      return rank;
    case 'divergence':
      return divergence;
  }
}

/** Bits. Larger ones are as far from the final prediction. */
const largestDivergence = 128;

/** The values without colour and with full colour. */
export function scaleDomain(colouring: LensColouring, vocabulary: number): readonly [number, number] {
  switch (colouring) {
    case 'probability':
      return [0, 1];
    case 'entropy':
      return [0, Math.log2(vocabulary)];
    case 'rank':
      return [vocabulary, 1];
    case 'divergence':
      return [largestDivergence, 0];
  }
}

/** Strength of the colour, 0 … 1. Ranks and divergences have a log scale, since the smallest matter most. */
export function strengthOf(colouring: LensColouring, value: number | null, vocabulary: number): number {
  if (value === null) return 0;
  const domain = scaleDomain(colouring, vocabulary);
  return scaleOf(colouring, domain)(value);
}

function scaleOf(colouring: LensColouring, domain: readonly [number, number]): (value: number) => number {
  switch (colouring) {
    case 'probability':
    case 'entropy':
      return scaleLinear(domain, [0, 1]).clamp(true);
    case 'rank':
      return scaleLog(domain, [0, 1]).clamp(true);
    case 'divergence':
      return scaleSymlog(domain, [0, 1]).clamp(true);
  }
}

const names: Readonly<Record<LensColouring, () => string>> = {
  probability: () => l10n.t('probability'),
  entropy: () => l10n.t('entropy'),
  rank: () => l10n.t('rank of the next token'),
  divergence: () => l10n.t('bits of KL divergence'),
};

export const quantityName = (colouring: LensColouring): string => names[colouring]();

/** The quantity in a cell. */
export function printedQuantity(colouring: LensColouring, value: number | null): string {
  switch (colouring) {
    case 'probability':
      return fixed(value, 2);
    case 'entropy':
    case 'divergence':
      return fixed(value, 1);
    case 'rank':
      return count(value);
  }
}

/** An end of the scale, with its unit. */
export function printedEnd(colouring: LensColouring, value: number): string {
  switch (colouring) {
    case 'probability':
    case 'rank':
      return count(value);
    case 'divergence':
      return l10n.t('{0} bits', count(value));
    case 'entropy':
      return l10n.t('{0} bits', fixed(value, value === 0 ? 0 : 1));
  }
}

const notes: Readonly<Record<LensColouring, () => string>> = {
  probability: () => l10n.t('probability of the token in the cell'),
  entropy: () => l10n.t('entropy of the whole prediction'),
  rank: () => l10n.t('rank of the token that really follows, log scale'),
  divergence: () => l10n.t('KL divergence, log scale'),
};

export const legendNote = (colouring: LensColouring): string => notes[colouring]();

interface LegendProps {
  readonly colouring: LensColouring;
  readonly vocabulary: number;
  readonly act: Actions;
}

/** The choice of a quantity, and its colour scale. */
export function LensLegend({ colouring, vocabulary, act }: LegendProps) {
  const [low, high] = scaleDomain(colouring, vocabulary);
  return (
    <div class="lens-top">
      <h3 id="lens-title">{l10n.t('Lens: likeliest token')}</h3>
      <Toggles
        label={l10n.t('Colour the lens by')}
        options={[
          ['probability', l10n.t('probability')],
          ['entropy', l10n.t('entropy')],
          ['rank', l10n.t('rank')],
          ['divergence', l10n.t('divergence')],
        ]}
        value={colouring}
        onChoose={(lensColouring) => act.setView({ lensColouring })}
      />
      <p class="lens-legend">
        <span>{printedEnd(colouring, low)}</span>
        <span class="ramp" aria-hidden="true">
          {levels.map((level) => (
            <span class="lens-swatch" style={{ '--strength': (level - 0.5) / levels.length }} />
          ))}
        </span>
        <span>{printedEnd(colouring, high)}</span>
        <span class="lens-legend-note">{legendNote(colouring)}</span>
      </p>
    </div>
  );
}
