import fc from 'fast-check';
import { expect, it } from 'vitest';
import { contenders } from '../../../src/engine/analysis/prediction';

const numbers = (least: number) => fc.array(fc.integer({ min: least, max: 60 }), { minLength: 1, maxLength: 400 });

it('the contenders have the largest values of every length, ties to the lower id', () => {
  fc.assert(
    fc.property(numbers(-60), numbers(0), fc.integer({ min: 1, max: 12 }), (first, second, count) => {
      const length = Math.min(first.length, second.length);
      const products = Float32Array.from(first.slice(0, length), (one) => one / 7);
      const squares = Float32Array.from(second.slice(0, length), (one) => one / 3);
      const found = contenders(products, squares, count);
      expect(Array.from(found)).toEqual([...new Set(found)].sort((a, b) => a - b));
      for (const scale of [1e-3, 0.1, 0.5, 1, 3, 40]) {
        const value = (id: number) => 2 * scale * (products[id] as number) - (squares[id] as number);
        const best = Array.from({ length }, (_, id) => id)
          .sort((a, b) => value(b) - value(a) || a - b)
          .slice(0, count);
        expect(best.filter((id) => !found.includes(id))).toEqual([]);
      }
    }),
  );
});

it('few of a vocabulary contend', () => {
  let seed = 1;
  const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  const products = Float32Array.from({ length: 50_000 }, () => random() + random() + random());
  const squares = Float32Array.from({ length: 50_000 }, () => 10 + random());
  expect(contenders(products, squares, 26).length).toBeLessThan(2000);
});
