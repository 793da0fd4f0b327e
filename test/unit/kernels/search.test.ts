import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ListName } from '../../../src/engine/kernels/metrics';
import {
  entryBytes,
  listBits,
  listsIn,
  mostDoubtful,
  reachBytes,
  softmaxBytes,
} from '../../../src/engine/kernels/rowSearch';
import { Bench, bitsOf, builds, Dice, firstWrong, rounding } from './support';

const { fround } = Math;
const names = listsIn(-1);

interface Case {
  readonly queries: number;
  readonly vocabulary: number;
  /** Whether products are a few whole numbers, so that many rows tie. */
  readonly ties: boolean;
  readonly bias: boolean;
  readonly seed: number;
}
const cases: fc.Arbitrary<Case> = fc.record({
  queries: fc.integer({ min: 1, max: 4 }),
  vocabulary: fc.oneof(fc.constantFrom(1, 2, 15, 16, 17, 33), fc.integer({ min: 1, max: 100 })),
  ties: fc.boolean(),
  bias: fc.boolean(),
  seed: fc.integer(),
});

/**
 * Products of every query with every row, and a bias for each row. The rows come to the kernels in panels of sixteen.
 */
function place(bench: Bench, { queries, vocabulary, ties, bias, seed }: Case) {
  bench.clear();
  const dice = new Dice(seed);
  const numbers = (count: number, scale: number) =>
    ties ? dice.floats(count, 3).map(Math.round) : dice.floats(count, scale);
  const products = numbers(queries * vocabulary, 20);
  const added = numbers(vocabulary, 3);
  const padded = Math.ceil(vocabulary / 16) * 16;
  // Arrays over the vocabulary have zeros beyond its end.
  const overVocabulary = (values: Float32Array) =>
    bench.put(Float32Array.from({ length: padded }, (_, id) => values[id] ?? 0));
  const dots = bench.room(queries * 64);
  const forPanels = (use: (dots: number, id: number) => void) => {
    for (let id = 0; id < vocabulary; id += 16) {
      const lanes = Math.min(16, vocabulary - id);
      for (let q = 0; q < queries; q++)
        for (let j = 0; j < 16; j++)
          bench.floats(dots, queries * 16)[q * 16 + j] =
            j < lanes ? (products[q * vocabulary + id + j] as number) : 1e30;
      bench.kernels.blankLanes(dots, queries, lanes);
      use(dots, id);
    }
  };
  const biasAt = bias ? overVocabulary(added) : 0;
  const logit = (q: number, id: number) =>
    bias
      ? fround((products[q * vocabulary + id] as number) + (added[id] as number))
      : (products[q * vocabulary + id] as number);
  return { dice, products, added, biasAt, logit, overVocabulary, forPanels };
}

const ids = (vocabulary: number) => Array.from({ length: vocabulary }, (_, id) => id);

const allLists = Object.values(listBits).reduce((sum, bit) => sum + bit, 0);

it('each list has a bit of its own', () => {
  expect(new Set(Object.values(listBits)).size).toBe(Object.keys(listBits).length);
  expect(allLists).toBe(2 ** Object.keys(listBits).length - 1);
});

describe.each(builds)('what is done with products, %s build', (build) => {
  const bench = new Bench(build, 1 << 18);
  const { kernels } = bench;

  it('select keeps the exact top by float32 score, ties to the lower id', () => {
    fc.assert(
      fc.property(
        cases,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: allLists }),
        (example, most, metrics) => {
          const { queries, vocabulary } = example;
          const { dice, products, added, overVocabulary, forPanels } = place(bench, example);
          const capacity = Math.min(most, vocabulary);
          const rowSquares = dice.floats(vocabulary, 9).map(Math.abs);
          const inverse = dice.floats(vocabulary, 1).map(Math.abs);
          const shifts = dice.floats(queries, 2);
          const [squaresAt, inverseAt, shiftsAt, addedAt] = [
            overVocabulary(rowSquares),
            overVocabulary(inverse),
            bench.put(shifts),
            overVocabulary(added),
          ];
          const asked = names.filter((name) => (metrics & listBits[name]) !== 0);
          const lists = bench.room(queries * asked.length * capacity * entryBytes);
          kernels.clearLists(lists, queries * asked.length * capacity);
          forPanels((dots, id) =>
            kernels.select({
              dots,
              queries,
              id,
              lists,
              capacity,
              metrics,
              squares: squaresAt,
              inverse: inverseAt,
              shifts: shiftsAt,
              bias: addedAt,
            }),
          );

          for (let q = 0; q < queries; q++) {
            const product = (id: number) => products[q * vocabulary + id] as number;
            const scores: Record<ListName, (id: number) => number> = {
              euclidean: (id) => fround(2 * product(id) - (rowSquares[id] as number)),
              dot: product,
              cosine: (id) => fround(fround(product(id) - (shifts[q] as number)) * (inverse[id] as number)),
              logit: (id) => fround(product(id) + (added[id] as number)),
            };
            asked.forEach((name, list) => {
              const at = lists + (q * asked.length + list) * capacity * entryBytes;
              const score = scores[name];
              const best = ids(vocabulary)
                .sort((a, b) => score(b) - score(a) || a - b)
                .slice(0, capacity);
              const found = best.map((_, i) => ({
                id: bench.integers(at, 2 * capacity)[2 * i + 1],
                score: bench.floats(at, 2 * capacity)[2 * i],
              }));
              expect(found, `query ${q}, ${name}`).toEqual(best.map((id) => ({ id, score: score(id) })));
            });
          }
        },
      ),
    );
  });

  it('addToSoftmax gives the sum and the entropy of float64, over several panels, with a bias and a cap', () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(0, 0, 5, 30), (example, cap) => {
        const { queries, vocabulary } = example;
        const { biasAt, logit, forPanels } = place(bench, example);
        const parts = bench.room(queries * softmaxBytes);
        kernels.clearSoftmax(parts, queries);
        forPanels((dots, id) => kernels.addToSoftmax(dots, queries, id, parts, biasAt, cap));
        for (let q = 0; q < queries; q++) {
          const logits = ids(vocabulary).map((id) => (cap > 0 ? cap * Math.tanh(logit(q, id) / cap) : logit(q, id)));
          const [sum, weighted, greatest] = bench.doubles(parts + q * softmaxBytes, 3) as unknown as [
            number,
            number,
            number,
          ];
          // A capped logit is off by 4 units in the last place of tanh; the difference from the greatest is rounded,
          // and so is e^… of it.
          const doubt = 8 * cap * rounding;
          expect(Math.abs(greatest - Math.max(...logits))).toBeLessThanOrEqual(doubt);
          const powers = logits.map((x) => Math.exp(x - greatest));
          const total = powers.reduce((all, power) => all + power, 0);
          const spread = Math.max(...logits.map((x) => Math.abs(x - greatest)));
          const share = 2 * doubt + (12 + spread) * rounding;
          expect(Math.abs(sum - total)).toBeLessThanOrEqual(share * total);
          const expected = powers.reduce((all, power, i) => all + power * ((logits[i] as number) - greatest), 0);
          expect(Math.abs(weighted - expected)).toBeLessThanOrEqual(
            2 * share * Math.abs(expected) + 2 * doubt * total + share * total,
          );
        }
      }),
    );
  });

  it('addToSoftmax takes rows of −∞ for none', () => {
    const dots = Float32Array.from({ length: 16 }, (_, j) => (j % 3 === 0 ? j / 4 : -Infinity));
    for (const cap of [0, 2]) {
      bench.clear();
      const [at, parts] = [bench.put(dots), bench.room(softmaxBytes)];
      kernels.clearSoftmax(parts, 1);
      kernels.addToSoftmax(at, 1, 0, parts, 0, cap);
      const logits = Array.from(dots)
        .filter(Number.isFinite)
        .map((x) => (cap > 0 ? cap * Math.tanh(x / cap) : x));
      const [sum, weighted, greatest] = bench.doubles(parts, 3) as unknown as [number, number, number];
      const expected = [0, 0];
      for (const x of logits) {
        (expected[0] as number) += Math.exp(x - greatest);
        (expected[1] as number) += Math.exp(x - greatest) * (x - greatest);
      }
      expect(
        firstWrong(
          [sum, weighted],
          expected,
          (i) => 20 * rounding * Math.abs(expected[i] as number) + 20 * cap * rounding,
        ),
      ).toBeNull();
    }
  });

  it('countBefore counts the rows above the target, and equal ones of a lower id', () => {
    fc.assert(
      fc.property(cases, (example) => {
        const { queries, vocabulary } = example;
        const { dice, biasAt, logit, forPanels } = place(bench, example);
        const targets = Int32Array.from({ length: queries }, () => dice.below(vocabulary + 1) - 1);
        const own = Float32Array.from(targets, (id, q) => (id < 0 ? NaN : logit(q, id)));
        const [ownAt, targetsAt, counts] = [bench.put(own), bench.put(targets), bench.put(new Int32Array(queries))];
        forPanels((dots, id) => kernels.countBefore(dots, queries, id, ownAt, targetsAt, counts, biasAt));
        const expected = Array.from(
          targets,
          (target, q) =>
            ids(vocabulary).filter(
              (id) => logit(q, id) > (own[q] as number) || (logit(q, id) === own[q] && id < target),
            ).length,
        );
        expect(Array.from(bench.integers(counts, queries))).toEqual(expected);
      }),
    );
  });

  it('reach says that a row surely passes the line, or names those in doubt', () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(0, 4, 12, 40), fc.constantFrom(0, 0.5, 4, 100), (example, height, doubt) => {
        const { queries, vocabulary } = example;
        const { dice, products, overVocabulary, forPanels } = place(bench, example);
        const [offset, slope] = [dice.floats(vocabulary, 2), dice.floats(vocabulary, 2).map(Math.abs)];
        const lines = new Float32Array(4 * queries);
        for (let q = 0; q < queries; q++)
          lines.set([height - doubt, 0.5 * dice.next(), height + doubt, 1 + dice.next()], 4 * q);
        const [offsetAt, slopeAt, linesAt] = [overVocabulary(offset), overVocabulary(slope), bench.put(lines)];
        const results = bench.put(new Int32Array((queries * reachBytes) / 4));
        forPanels((dots, id) => kernels.reach(dots, queries, id, offsetAt, slopeAt, linesAt, results));
        for (let q = 0; q < queries; q++) {
          const [least, rate, surely, sureRate] = lines.subarray(4 * q, 4 * q + 4) as unknown as [
            number,
            number,
            number,
            number,
          ];
          const above = (id: number, by: number) =>
            fround(
              fround((products[q * vocabulary + id] as number) - (offset[id] as number)) -
                fround(by * (slope[id] as number)),
            );
          const perhaps = ids(vocabulary).filter((id) => above(id, rate) >= least);
          const found = bench.integers(results + q * reachBytes, reachBytes / 4);
          expect(found[0]).toBe(Number(perhaps.some((id) => above(id, sureRate) > surely)));
          if (found[0] === 1) continue;
          expect(found[1]).toBe(perhaps.length);
          expect(Array.from(found.subarray(2, 2 + Math.min(perhaps.length, mostDoubtful)))).toEqual(
            perhaps.slice(0, mostDoubtful),
          );
        }
      }),
    );
  });

  it('a query has the same bits whichever others are with it', () => {
    fc.assert(
      fc.property(cases, (example) => {
        const { queries } = example;
        const { biasAt, forPanels } = place(bench, example);
        const [together, apart] = [bench.room(queries * softmaxBytes), bench.room(queries * softmaxBytes)];
        for (const parts of [together, apart]) kernels.clearSoftmax(parts, queries);
        forPanels((dots, id) => {
          kernels.addToSoftmax(dots, queries, id, together, biasAt, 0);
          for (let q = 0; q < queries; q++)
            kernels.addToSoftmax(dots + 64 * q, 1, id, apart + q * softmaxBytes, biasAt, 0);
        });
        expect(bitsOf(bench.doubles(apart, 3 * queries))).toEqual(bitsOf(bench.doubles(together, 3 * queries)));
      }),
    );
  });
});
