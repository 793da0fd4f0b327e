import * as l10n from '@vscode/l10n';
import { extent, max } from 'd3-array';
import { scaleLinear, scaleLog } from 'd3-scale';
import type { HeadCell, HeadGrid } from '../../shared/attention';
import { bits, fixed } from '../../shared/format';

/** The numbers by which the grid of heads can be coloured. */
export const measures = ['push', 'size', 'sink', 'entropy'] as const;
export type Measure = (typeof measures)[number];

/** The numbers of a head, or of a bias, which attends to nothing. */
export type Measured = Pick<HeadCell, 'size' | 'push'> & Partial<Pick<HeadCell, 'first' | 'entropy'>>;

/** Logits, model units, a share 0 … 1, or bits; `null` for a bias without weights. */
export function valueOf(measure: Measure, { size, push, first, entropy }: Measured): number | null {
  switch (measure) {
    case 'push':
      return push;
    case 'size':
      return size;
    case 'sink':
      return first ?? null;
    case 'entropy':
      return entropy ?? null;
  }
}

/** The values without colour and with full colour. Pushes are coloured by their amount, whatever the sign. */
export function domainOf(measure: Measure, { position, heads, biases }: HeadGrid): readonly [number, number] {
  const all: readonly Measured[] = [...heads.flat(), ...biases];
  switch (measure) {
    case 'push':
      return [0, max(all, ({ push }) => Math.abs(push)) || 1];
    case 'size': {
      const [low = 1, high = 1] = extent(all.map(({ size }) => size).filter((size) => size > 0));
      return low === high ? [low / 2, high] : [low, high];
    }
    case 'sink':
      return [0, 1];
    case 'entropy':
      return [0, Math.log2(position + 1) || 1];
  }
}

/** Strength of the colour, 0 … 1. Sizes have a log scale, since those of late layers are many times larger. */
export function strengthOf(measure: Measure, value: number | null, domain: readonly [number, number]): number {
  if (value === null || (measure === 'size' && value <= 0)) return 0;
  const scale = measure === 'size' ? scaleLog(domain, [0, 1]) : scaleLinear(domain, [0, 1]);
  return scale.clamp(true)(Math.abs(value));
}

const names: Readonly<Record<Measure, () => string>> = {
  push: () => l10n.t('push'),
  size: () => l10n.t('size'),
  sink: () => l10n.t('first position'),
  entropy: () => l10n.t('entropy'),
};
export const measureName = (measure: Measure): string => names[measure]();

const notes: Readonly<Record<Measure, () => string>> = {
  push: () => l10n.t('logits; grey pushes away'),
  size: () => l10n.t('size of the vector that the head adds, log scale'),
  sink: () => l10n.t('weight on the first position, the attention sink'),
  entropy: () => l10n.t('bits: 0 looks at one position alone'),
};
export const measureNote = (measure: Measure): string => notes[measure]();

/** A value in a cell. A narrow cell has room for four characters: `−0.1`, `0.07`. */
export function printed(measure: Measure, value: number | null, isNarrow = false): string {
  switch (measure) {
    case 'push':
      return fixed(value, isNarrow ? 1 : 2);
    case 'sink':
      return fixed(value, 2);
    case 'size':
      return fixed(value, value !== null && value >= 99.95 ? 0 : 1);
    case 'entropy':
      return fixed(value, 1);
  }
}

/** A push with its sign: `+3.12`, `−0.40`. */
export function signed(value: number | null | undefined, decimals = 2): string {
  const text = fixed(value, decimals);
  return value !== null && value !== undefined && value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** A value in words, after the number that stands in the cell: `0.31 push`. */
export function spoken(measure: Measure, value: number | null): string {
  switch (measure) {
    case 'push':
      return l10n.t('{0} push', signed(value));
    case 'size':
      return l10n.t('{0} size', printed(measure, value));
    case 'sink':
      return l10n.t('{0} on the first position', printed(measure, value));
    case 'entropy':
      return l10n.t('{0} bits entropy', bits(value));
  }
}
