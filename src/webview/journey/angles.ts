import { extent } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import type { Journey } from '../../shared/layers';
import type { VocabularyToken } from '../../shared/tokens';

export interface AngleLine {
  /** `input`: of r_l; the others: of its final norm. */
  readonly to: 'input' | 'predicted' | 'next';
  readonly token: VocabularyToken;
  /** Degrees, L + 1 entries. */
  readonly angles: readonly number[];
}

/** The angles that are drawn. A token that is predicted and really follows has one line. */
export function angleLines({
  input,
  predicted,
  next,
  angleToInput,
  angleToPredicted,
  angleToNext,
}: Journey): readonly AngleLine[] {
  const lines: AngleLine[] = [
    { to: 'input', token: input, angles: angleToInput },
    { to: 'predicted', token: predicted, angles: angleToPredicted },
  ];
  if (next && angleToNext && next.id !== predicted.id) lines.push({ to: 'next', token: next, angles: angleToNext });
  return lines;
}

/**
 * The ends of the axis in degrees, zoomed to what is drawn; the vector before the first layer, which mostly is the
 * input token's own, may lie outside.
 */
export function angleDomain(lines: readonly AngleLine[]): readonly [number, number] {
  const drawn = lines.flatMap(({ to, angles }) => (to === 'input' ? angles.slice(1) : angles));
  const [low = 60, high = 100] = extent(drawn);
  const [from = low, to = high] = scaleLinear([low, Math.max(high, low + 1)], [0, 1])
    .nice(4)
    .domain();
  return [Math.max(from, 0), Math.min(to, 180)];
}
