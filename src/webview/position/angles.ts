import * as l10n from '@vscode/l10n';
import type { Rotary } from '../../shared/engine';
import { count, fixed, roundedSize } from '../../shared/format';
import type { Journey } from '../../shared/layers';
import type { PanelState } from '../../shared/panel';
import type { Words } from '../parts/words';

/** One pair of a head's dimensions at one position. */
export interface PairAngle {
  readonly pair: number;
  /** Full turns so far, ≥ 0. */
  readonly turns: number;
  /** The rest beside the full turns: degrees, 0 … 360. */
  readonly degrees: number;
  /** Positions for one full turn. */
  readonly period: number;
}

/** Pairs of a head's dimensions. */
export const pairCount = ({ headSize }: Rotary): number => Math.floor(headSize / 2);

/** How far each pair has turned at a position, counted from 0, the fastest first. */
export function pairAngles(rotary: Rotary, position: number): readonly PairAngle[] {
  return Array.from({ length: pairCount(rotary) }, (_, pair) => {
    const period = 2 * Math.PI * rotary.base ** ((2 * pair) / rotary.headSize);
    const turns = position / period;
    return { pair, turns, degrees: 360 * (turns - Math.floor(turns)), period };
  });
}

/** Steps of the slider. */
export const sliderSteps = 240;

/** The position at a step of the slider: 0 … `last`, on a log scale. */
export const positionAt = (step: number, last: number): number =>
  Math.min(Math.round((last + 1) ** (step / sliderSteps)) - 1, last);

/** The step nearest to a position. */
export const angleStep = (position: number, last: number): number =>
  last === 0 ? 0 : Math.round((sliderSteps * Math.log(position + 1)) / Math.log(last + 1));

/** An angle below a full turn. Small ones have more decimals. */
const printedDegrees = (value: number): string => `${fixed(value, value === 0 ? 0 : value < 1 ? 3 : 1)}°`;

const least = 0.001;
const isTiny = ({ turns, degrees }: PairAngle): boolean => turns > 0 && turns < 1 && degrees < least;

/** Degrees up to the first full turn, turns from there on. */
export function printedAngle(angle: PairAngle): string {
  if (isTiny(angle)) return l10n.t('less than {0}', printedDegrees(least));
  return angle.turns >= 1 ? l10n.t('{0} turns', fixed(angle.turns, 1)) : printedDegrees(angle.degrees);
}

/** The same in few letters, below a dial. */
export function shortAngle(angle: PairAngle): string {
  if (isTiny(angle)) return `<${printedDegrees(least)}`;
  return angle.turns >= 1 ? `${fixed(angle.turns, angle.turns < 1000 ? 1 : 0)} ↻` : printedDegrees(angle.degrees);
}

/** A deviation below this share of the vector's size is rounding. */
const rounding = 1e-6;

/** Whether the model adds anything to the token’s vector before the first layer. */
export function inputWords({ inputDeviation, residualSize }: Journey): string {
  if (inputDeviation <= rounding * (residualSize[0] ?? 1))
    return l10n.t('r₀ equals the token’s vector. Positions enter only inside the layers.');
  return l10n.t('r₀ is {0} away from the token’s vector.', roundedSize(inputDeviation));
}

/** How many pairs have turned at least once at the chosen position, and how far the slowest has turned. */
export function positionFinding({ model, position }: PanelState): Words {
  const rotary = model?.trunk?.rotary;
  if (!rotary || position === null) return [];
  const pairs = pairAngles(rotary, position);
  const slowest = pairs.at(-1);
  if (!slowest) return [];
  if (position === 0) return [l10n.t('At the start all {0} pairs stand at 0°', count(pairs.length))];
  const turnedOnce = pairs.filter(({ turns }) => turns >= 1).length;
  const far = printedAngle(slowest);
  return [
    l10n.t(
      'At position {0}, pairs that have made a full turn: {1} of {2}. The slowest has turned by {3}',
      count(position),
      count(turnedOnce),
      count(pairs.length),
      far,
    ),
  ];
}
