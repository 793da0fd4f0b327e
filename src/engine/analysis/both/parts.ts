import type { Both, LogitParts } from '../../../shared/both';

/** The factors of a raw logit: ‖h‖, ‖u‖, cos θ and the output bias. */
export interface Factors {
  readonly hiddenSize: number;
  readonly size: number;
  readonly cosine: number;
  readonly bias: number;
}

/**
 * The parts of the change of ‖h‖ · ‖u‖ · cos θ + bias. The mean over the six orders in which three factors are
 * exchanged gives each its change times the mean of the others' products: a third for both old and for both new, a
 * sixth for each that is mixed.
 */
export function logitPartsOf([a, b]: Both<Factors>): LogitParts {
  const part = (from: number, to: number, [x, y]: Both<number>, [newX, newY]: Both<number>) =>
    (to - from) * ((x * y + newX * newY) / 3 + (x * newY + newX * y) / 6);
  return {
    hiddenSize: part(a.hiddenSize, b.hiddenSize, [a.size, a.cosine], [b.size, b.cosine]),
    size: part(a.size, b.size, [a.hiddenSize, a.cosine], [b.hiddenSize, b.cosine]),
    angle: part(a.cosine, b.cosine, [a.hiddenSize, a.size], [b.hiddenSize, b.size]),
    bias: b.bias - a.bias,
  };
}
