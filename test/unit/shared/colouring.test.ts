import { scaleLinear } from 'd3-scale';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { scaleOf } from '../../../src/shared/colouring';

const finite = (min: number, max: number) => fc.double({ min, max, noNaN: true, noDefaultInfinity: true });

it('colours by the scale of d3 that is rounded outwards and clamped', () => {
  fc.assert(
    fc.property(finite(1.001, 1e4), finite(0.001, 0.5), finite(0, 2e4), (high, share, value) => {
      const low = high * share;
      const d3 = scaleLinear().domain([low, high]).nice(5).clamp(true);
      const { ends, strength } = scaleOf('size', [low, high]);
      expect(ends).toEqual(d3.domain());
      expect(strength(value)).toBe(d3(value));
    }),
  );
  expect(scaleOf('surprisal', [3, 17.2]).ends).toEqual([0, 20]);
  expect(scaleOf('surprisal', [0, 1]).strength(Number.NaN)).toBeNaN();
});
