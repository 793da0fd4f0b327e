import * as l10n from '@vscode/l10n';
import type { Journey } from '../../shared/layers';
import { fixed, size } from '../../shared/format';
import type { PairAngle } from './angles';

/** An angle below a full turn: degrees, the small ones with more places. */
const printedDegrees = (value: number): string => `${fixed(value, value === 0 ? 0 : value < 1 ? 3 : 1)}°`;

const least = 0.001;
const isTiny = ({ turns, degrees }: PairAngle): boolean => turns > 0 && turns < 1 && degrees < least;

/** Turns from the first full one on, degrees before it, in a sentence. */
export function printedAngle(angle: PairAngle): string {
  if (isTiny(angle)) return l10n.t('less than {0}', printedDegrees(least));
  return angle.turns >= 1 ? l10n.t('{0} turns', fixed(angle.turns, 1)) : printedDegrees(angle.degrees);
}

/** The same below a dial. */
export function shortAngle(angle: PairAngle): string {
  if (isTiny(angle)) return `<${printedDegrees(least)}`;
  return angle.turns >= 1 ? `${fixed(angle.turns, angle.turns < 1000 ? 1 : 0)} ↻` : printedDegrees(angle.degrees);
}

/** A deviation that is nothing but rounding, against the size of the vector. */
const rounding = 1e-6;

/** Whether anything was added to the token’s vector before the first layer. */
export function inputWords({ inputDeviation, residualSize }: Journey): string {
  if (inputDeviation <= rounding * (residualSize[0] ?? 1))
    return l10n.t('r₀ equals the token’s vector: positions enter inside attention only.');
  return l10n.t('r₀ is {0} away from the token’s vector.', size(inputDeviation));
}
