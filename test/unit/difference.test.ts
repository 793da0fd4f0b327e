import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logitDifference, pushPartsOf } from '../../src/shared/difference';
import type { LogitPair } from '../../src/shared/layers';

const token = { id: 1, text: 'a', bytes: [97], special: false, size: 1, percentile: 50 };
const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const pairs = fc
  .tuple(
    between(0, 100),
    between(0, 10),
    between(0, 10),
    between(-1, 1),
    between(-1, 1),
    between(-5, 5),
    between(-5, 5),
  )
  .map(([hiddenSize, sizeA, sizeB, cosineA, cosineB, biasA, biasB]): LogitPair => ({
    against: token,
    logits: [hiddenSize * sizeA * cosineA + biasA, hiddenSize * sizeB * cosineB + biasB],
    hiddenSize,
    sizes: [sizeA, sizeB],
    cosines: [cosineA, cosineB],
    biases: [biasA, biasB],
  }));

describe('the split of a difference of two logits', () => {
  it('leaves no remainder', () =>
    fc.assert(
      fc.property(pairs, (pair) => {
        const { angle, size, bias } = logitDifference(pair);
        expect(angle + size + bias).toBeCloseTo(pair.logits[0] - pair.logits[1], 9);
      }),
    ));

  it('is all size where the angles are equal, and all angle where the sizes are', () =>
    fc.assert(
      fc.property(pairs, (pair) => {
        const [size, cosine] = [pair.sizes[0], pair.cosines[0]];
        expect(logitDifference({ ...pair, cosines: [cosine, cosine] }).angle).toBeCloseTo(0, 12);
        expect(logitDifference({ ...pair, sizes: [size, size] }).size).toBeCloseTo(0, 12);
      }),
    ));
});

it('lists all parts of a push in the order of the model', () =>
  expect(
    pushPartsOf(
      { input: 1, attention: [2, 4], feedForward: [3, 5], bias: 6 },
      { mixers: ['convolution', 'attention'] },
    ),
  ).toEqual([
    { kind: 'input', value: 1 },
    { kind: 'attention', of: 'convolution', layer: 0, value: 2 },
    { kind: 'feedForward', layer: 0, value: 3 },
    { kind: 'attention', layer: 1, value: 4 },
    { kind: 'feedForward', layer: 1, value: 5 },
    { kind: 'bias', value: 6 },
  ]));
