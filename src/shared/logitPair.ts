import type { LogitPair, Push } from './layers';

/** What makes one logit larger than another; the three add up to their difference. */
export interface PairSplit {
  /** What the two angles do if both rows have the mean of the two sizes: ‖h‖ · s̄ · (cos θ_A − cos θ_B). */
  readonly angle: number;
  /** What the two sizes do at the mean of the two cosines: ‖h‖ · (‖u_A‖ − ‖u_B‖) · (cos θ_A + cos θ_B) / 2. */
  readonly size: number;
  readonly bias: number;
}

/** Takes ‖h‖ · (‖u_A‖ cos θ_A − ‖u_B‖ cos θ_B) + b_A − b_B apart without a remainder. */
export function splitOf({ hiddenSize, sizes, cosines, biases }: LogitPair): PairSplit {
  return {
    angle: ((hiddenSize * (sizes[0] + sizes[1])) / 2) * (cosines[0] - cosines[1]),
    size: ((hiddenSize * (cosines[0] + cosines[1])) / 2) * (sizes[0] - sizes[1]),
    bias: biases[0] - biases[1],
  };
}

/** A part of the model that adds to a logit. */
export interface PushPart {
  readonly kind: 'input' | 'attention' | 'feedForward' | 'bias';
  /** From 0; absent for the input and the bias. */
  readonly layer?: number;
  readonly value: number;
}

/** All parts in the order of the model. They add up to the logit, or to the difference of two. */
export const partsOf = ({ input, attention, feedForward, bias }: Push): PushPart[] => [
  { kind: 'input', value: input },
  ...attention.flatMap((value, layer): PushPart[] => [
    { kind: 'attention', layer, value },
    { kind: 'feedForward', layer, value: feedForward[layer] as number },
  ]),
  { kind: 'bias', value: bias },
];
