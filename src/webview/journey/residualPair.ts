import * as l10n from '@vscode/l10n';
import { greatest, max, range } from 'd3-array';
import type { PositionInBoth } from '../../shared/both';
import { degrees } from '../../shared/format';
import { layerOf } from '../parts/layers';

/** The residuals of A and of B at two positions, layer by layer. `position` is A’s. */
export type TwoResiduals = Pick<PositionInBoth, 'position' | 'hiddenAngle' | 'residualAngle' | 'residualSize'>;

/** An angle has grown once it is so many times as large, and so many degrees larger. */
const grown = 1.5;
const grownDegrees = 1;
/** A layer that adds such a share of the growth is a step; otherwise the angle grows over many layers. */
const step = 0.5;

const hasGrown = (from: number, to: number): boolean => to > grown * from && to > from + grownDegrees;

/** The residual after the layer that adds at least half of the angle's growth; null if there is no such layer. */
export function stepAt(angles: ArrayLike<number>): number | null {
  const all = Array.from(angles);
  const [start = 0, end = 0] = [all[0], all.at(-1)];
  const jump = (at: number): number => (all[at] ?? 0) - (all[at - 1] ?? 0);
  const at = greatest(range(1, all.length), jump);
  return at !== undefined && hasGrown(start, end) && jump(at) >= step * (end - start) ? at : null;
}

/** B's size as a multiple of A's, residual by residual. */
export const ratiosOf = ({ residualSize: [a, b] }: TwoResiduals): readonly number[] =>
  Array.from(a, (of, at) => (b[at] ?? NaN) / of);

/** Whether the residuals are the same after every layer. */
export const haveSameResiduals = (position: TwoResiduals): boolean =>
  position.residualAngle !== null && max(position.residualAngle) === 0 && ratiosOf(position).every((of) => of === 1);

/** How far two residuals are apart, from the input to the last layer. */
export function anglesSaid(angles: Float64Array): string {
  const [start, end, most] = [angles[0] ?? NaN, angles.at(-1) ?? NaN, max(angles) ?? NaN];
  const at = stepAt(angles);
  if (at !== null)
    return l10n.t(
      'The residuals move apart most at layer {0}, where their angle goes from {1} to {2}. It is {3} at the input and {4} at the end',
      layerOf(at),
      degrees(angles[at - 1]),
      degrees(angles[at]),
      degrees(start),
      degrees(end),
    );
  return hasGrown(start, end) && most < end + grownDegrees
    ? l10n.t(
        'The angle between the residuals grows little by little from {0} at the input to {1} at the end',
        degrees(start),
        degrees(end),
      )
    : l10n.t(
        'The residuals are {0} apart at the input, {1} at most, and {2} at the end',
        degrees(start),
        degrees(most),
        degrees(end),
      );
}
