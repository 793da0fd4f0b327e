import type { TableRows } from './columns';
import { fixed } from './format';
import { madeOf, type LayerKinds, type MadeOf } from './layerParts';
import type { LogitPair, Push } from './layers';

/** Why one logit is larger than another. The parts sum to the difference of the logits. */
export interface LogitDifference {
  /** logit A − logit B, before the model's cap. */
  readonly difference: number;
  /** p(A) / p(B) = e^difference, if the model does not cap its logits. */
  readonly odds: number;
  /** ‖h‖ · mean(‖u‖) · (cos A − cos B): what the angles do at the mean of the two sizes. */
  readonly angle: number;
  /** ‖h‖ · (‖u_A‖ − ‖u_B‖) · mean(cos): what the sizes do. */
  readonly size: number;
  /** bias A − bias B. */
  readonly bias: number;
}

/**
 * Splits ‖h‖ · (‖u_A‖ cos A − ‖u_B‖ cos B) exactly, by a·c − b·d = (a + b)/2 · (c − d) + (a − b) · (c + d)/2.
 */
export function logitDifference({
  logits,
  hiddenSize,
  sizes,
  cosines,
  biases,
}: Omit<LogitPair, 'against'>): LogitDifference {
  const mean = ([a, b]: readonly [number, number]): number => (a + b) / 2;
  const less = ([a, b]: readonly [number, number]): number => a - b;
  const difference = less(logits);
  return {
    difference,
    odds: Math.exp(difference),
    angle: hiddenSize * mean(sizes) * less(cosines),
    size: hiddenSize * less(sizes) * mean(cosines),
    bias: less(biases),
  };
}

/** A part of the model that adds to a logit. */
export interface PushPart extends MadeOf {
  readonly kind: 'input' | 'attention' | 'feedForward' | 'bias';
  /** From 0; absent for the input and the bias. */
  readonly layer?: number;
  readonly value: number;
}

/** All parts in the order of the model. They add up to the logit, or to the difference of two. */
export const pushPartsOf = ({ input, attention, feedForward, bias }: Push, kinds: LayerKinds): PushPart[] => [
  { kind: 'input', value: input },
  ...attention.flatMap((value, layer): PushPart[] => [
    { kind: 'attention', layer, value, ...madeOf('attention', layer, kinds) },
    { kind: 'feedForward', layer, value: feedForward[layer] as number, ...madeOf('feedForward', layer, kinds) },
  ]),
  { kind: 'bias', value: bias },
];

const partNames = { input: 'input', attention: 'attention', feedForward: 'feed-forward', bias: 'bias' } as const;

/** What each part pushes, for copies and a terminal. */
export const pushTable = (parts: readonly PushPart[]): TableRows<PushPart> => ({
  columns: [
    { key: 'part', head: 'part', value: ({ kind, of }) => of ?? partNames[kind] },
    { key: 'layer', head: 'layer', value: ({ layer }) => layer },
    { key: 'push', head: 'push on the difference', value: ({ value }) => value, print: (value) => fixed(value, 3) },
  ],
  rows: parts,
});
