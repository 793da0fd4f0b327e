import type { Journey } from '../../shared/layers';
import { raw } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import { pushes } from './push';

/** All numbers of the pictures as a copied table: one row a residual, and what the layer before it added. */
export function journeyRows(journey: Journey): readonly (readonly (string | number)[])[] {
  const {
    input,
    predicted,
    next,
    output,
    residualSize,
    angleToInput,
    angleToPredicted,
    angleToNext,
    attentionSize,
    feedForwardSize,
    partsAngle,
  } = journey;
  const [push, less] = [pushes(journey, false), pushes(journey, true)];
  const header = [
    'layer',
    'size of r',
    `angle of r to ${plainToken(input)} (degrees)`,
    `angle of norm(r) to ${plainToken(predicted)} (degrees)`,
    ...(next ? [`angle of norm(r) to ${plainToken(next)} (degrees)`] : []),
    'size of attention',
    'size of feed-forward',
    'angle between them (degrees)',
    `push of input on ${plainToken(output)}`,
    'push of attention',
    'push of feed-forward',
    'the same less the mean: input',
    'attention',
    'feed-forward',
  ];
  return [
    header,
    ...residualSize.map((size, layer) => {
      const part = layer - 1;
      const first = (value: number): string => (layer === 0 ? raw(value) : '');
      return [
        layer,
        size,
        raw(angleToInput[layer]),
        raw(angleToPredicted[layer]),
        ...(next ? [raw(angleToNext?.[layer])] : []),
        raw(attentionSize[part]),
        raw(feedForwardSize[part]),
        raw(partsAngle[part]),
        first(push.input),
        raw(push.attention[part]),
        raw(push.feedForward[part]),
        first(less.input),
        raw(less.attention[part]),
        raw(less.feedForward[part]),
      ];
    }),
  ];
}
