import fc from 'fast-check';
import { expect, it } from 'vitest';
import { spansOf } from '../../../src/engine/analysis/both/otherTokens';
import { logitPartsOf, type Factors } from '../../../src/engine/analysis/both/positionInBoth';
import { percentile } from '../../../src/engine/analysis/both/sums';
import { expsInto } from '../../../src/engine/arrays/exponential';
import { bothOf } from '../../../src/shared/both';
import type { Token } from '../../../src/shared/tokens';

const size = fc.double({ min: 0, max: 1e3, noNaN: true });
const factors: fc.Arbitrary<Factors> = fc.record({
  hiddenSize: size,
  size,
  cosine: fc.double({ min: -1, max: 1, noNaN: true }),
  bias: fc.double({ min: -10, max: 10, noNaN: true }),
});
const logit = ({ hiddenSize, size: row, cosine, bias }: Factors) => hiddenSize * row * cosine + bias;

it('the parts of a change sum to it, and what does not change has none', () => {
  fc.assert(
    fc.property(factors, factors, (a, b) => {
      const { hiddenSize, size: ofRow, angle, bias } = logitPartsOf([a, b]);
      const most = Math.max(1, Math.max(a.hiddenSize, b.hiddenSize) * Math.max(a.size, b.size));
      expect(Math.abs(hiddenSize + ofRow + angle + bias - (logit(b) - logit(a)))).toBeLessThanOrEqual(1e-12 * most);
      const onlyTurned = logitPartsOf([a, { ...a, cosine: b.cosine }]);
      expect([onlyTurned.hiddenSize, onlyTurned.size, onlyTurned.bias].map(Math.abs)).toEqual([0, 0, 0]);
    }),
  );
});

/** A cut of a text of `length` characters. A character in `split` has two tokens. */
function cutOf(length: number, borders: readonly number[], split: readonly number[]): Token[] {
  const inside = [...new Set(borders.map((border) => border % length))].filter((border) => border > 0);
  const ends = [...inside, length].sort((a, b) => a - b);
  const ranges = ends.flatMap((end, i) => {
    const start = ends[i - 1] ?? 0;
    return end === start + 1 && split.some((place) => place % length === start)
      ? [
          [start, end],
          [start, end],
        ]
      : [[start, end]];
  });
  return ranges.map(([start = 0, end = 0], index) => ({ index, start, end }) as Token);
}

it('the pieces of a text are those between the ends that its cuts share, and keep all surprisal', () => {
  const places = fc.array(fc.nat(60), { maxLength: 40 });
  const bits = fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { minLength: 130, maxLength: 130 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      places,
      places,
      places,
      bits,
      (length, first, second, split, values) => {
        const tokens = [cutOf(length, first, split), cutOf(length, second, split)] as const;
        const surprisal = bothOf((side) =>
          Float64Array.from(tokens[side], (_, i) => (i === 0 ? NaN : (values[i] as number))),
        );
        const spans = spansOf(tokens, surprisal);
        const shared = [0, ...tokens[0].map(({ end }) => end)].filter(
          (end, i, all) => all.indexOf(end) === i && (end === 0 || tokens[1].some((token) => token.end === end)),
        );
        const expected = shared.slice(1).flatMap((end, i) => {
          const start = shared[i] as number;
          const own = bothOf((side) =>
            tokens[side].flatMap((token, at) =>
              token.start >= start && token.end <= end ? [surprisal[side][at] as number] : [],
            ),
          );
          const sums = bothOf((side) => own[side].reduce((sum, value) => sum + value, 0));
          return sums.some(Number.isNaN) ? [] : [{ start, end, surprisal: sums }];
        });
        expect(spans).toEqual(expected);
      },
    ),
  );
});

it('a token without characters counts where it is predicted, and is left out where it is not', () => {
  const token = (index: number, start: number, end: number) => ({ index, start, end }) as Token;
  const tokens = [
    [token(0, 0, 0), token(1, 0, 0), token(2, 0, 3)],
    [token(0, 0, 0), token(1, 0, 3)],
  ] as const;
  expect(spansOf(tokens, [Float64Array.of(NaN, 2, 3), Float64Array.of(NaN, 7)])).toEqual([
    { start: 0, end: 3, surprisal: [5, 7] },
  ]);
});

it('percentiles lie between two neighbours', () => {
  expect([0, 0.25, 0.5, 1].map((share) => percentile([1, 2, 4], share))).toEqual([1, 1.5, 2, 4]);
  expect(percentile([], 0.5)).toBeNaN();
});

it('fast exponentials are those of the library, and 0 where these are next to nothing', () => {
  const into = new Float64Array(1);
  const found = (x: number) => {
    expsInto(Float64Array.of(x), 0, into);
    return into[0] as number;
  };
  fc.assert(
    fc.property(fc.double({ min: -600, max: 0, noNaN: true }), (x) => {
      expect(Math.abs(found(x) / Math.exp(x) - 1)).toBeLessThan(6e-11);
    }),
  );
  expect([0, 1e-3, -701, -1e9, -Infinity].map(found)).toEqual([1, 1, 0, 0, 0]);
});
