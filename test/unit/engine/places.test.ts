import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RankPlaces } from '../../../src/engine/directions/ranking';

test('counts the scores above a line, and those near it that are told to come first', () => {
  const score = fc.oneof(
    fc.float({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(0, 1, -1, Math.fround(1e-30), Math.fround(3e38)),
  );
  fc.assert(
    fc.property(
      fc.array(score, { minLength: 1, maxLength: 300 }),
      fc.nat(),
      fc.double({ min: 0, max: 10, noNaN: true }),
      (numbers, chosen, doubt) => {
        const scores = Float32Array.from(numbers);
        const own = scores[chosen % scores.length] as number;
        const isBefore = (id: number) => id % 3 === 0;
        let expected = 0;
        scores.forEach((other, id) => {
          if (other > own + doubt || (other >= own - doubt && isBefore(id))) expected++;
        });
        expect(new RankPlaces(scores).before(own - doubt, own + doubt, isBefore)).toBe(expected);
      },
    ),
  );
});
