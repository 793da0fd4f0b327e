import * as l10n from '@vscode/l10n';
import type { Journey } from '../../shared/layers';
import { fixed, size } from '../../shared/format';
import type { PairAngle } from './angles';

/** An angle below a full turn: degrees, the small ones with more places. */
function printedDegrees(value: number): string {
  if (value > 0 && value < 0.001) return '<0.001°';
  return `${fixed(value, value === 0 ? 0 : value < 1 ? 3 : 1)}°`;
}

/** Turns from the first full one on, degrees before it. */
export const printedAngle = ({ turns, degrees }: PairAngle): string => (turns >= 1 ? l10n.t('{0} turns', fixed(turns, 1)) : printedDegrees(degrees));

/** The same below a dial. */
export const shortAngle = ({ turns, degrees }: PairAngle): string => (turns >= 1 ? `${fixed(turns, turns < 1000 ? 1 : 0)} ↻` : printedDegrees(degrees));

/** A deviation that is nothing but rounding, against the size of the vector. */
const rounding = 1e-6;

/** Whether anything was added to the token’s vector before the first layer. */
export function inputWords({ inputDeviation, residualSize }: Journey): string {
  if (inputDeviation <= rounding * (residualSize[0] ?? 1)) return l10n.t('r₀ equals the token’s vector: positions enter inside attention only.');
  return l10n.t('r₀ is {0} away from the token’s vector.', size(inputDeviation));
}
