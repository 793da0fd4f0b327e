import type { Rotary } from '../architecture/hyperparameters';

/** Writes cosines or sines of the rotary angles of positions from `past` on, positions × pairs. */
export function writeAngles(
  of: (angle: number) => number,
  { frequencies, attentionFactor }: Rotary,
  past: number,
  into: Float32Array,
): void {
  const pairs = frequencies.length;
  for (let i = 0; i < into.length / pairs; i++)
    for (let j = 0; j < pairs; j++) into[i * pairs + j] = attentionFactor * of((past + i) * (frequencies[j] as number));
}
