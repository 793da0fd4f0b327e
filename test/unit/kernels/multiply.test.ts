import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bench, bitsOf, builds, Dice, firstWrong, rounding, smallest } from './support';

interface Case {
  readonly rows: number;
  readonly columns: number;
  /** Numbers between rows of A and of C, and between columns of the panel, beyond what they hold. */
  readonly gapA: number;
  readonly gapC: number;
  readonly gapPanel: number;
  readonly start: 'zero' | 'bias' | 'accumulate';
  /** Powers of two by which the numbers of A and of the panel are scaled. */
  readonly scaleA: number;
  readonly scalePanel: number;
  readonly seed: number;
}

const cases: fc.Arbitrary<Case> = fc.record({
  rows: fc.oneof(fc.constantFrom(1, 2, 3, 15, 16, 17, 129), fc.integer({ min: 1, max: 40 })),
  columns: fc.oneof(fc.constantFrom(1, 2, 3, 24, 255, 256), fc.integer({ min: 1, max: 70 })),
  gapA: fc.nat(5),
  gapC: fc.constantFrom(0, 4, 7, 33),
  gapPanel: fc.constantFrom(0, 4, 48),
  start: fc.constantFrom('zero', 'bias', 'accumulate'),
  scaleA: fc.constantFrom(0, 0, 60, -70),
  scalePanel: fc.constantFrom(0, 0, 60, -70),
  seed: fc.integer(),
});

/** The numbers of a case, placed on the bench. */
function place(bench: Bench, { rows, columns, gapA, gapC, gapPanel, start, scaleA, scalePanel, seed }: Case) {
  bench.clear();
  const dice = new Dice(seed);
  const [strideA, stridePanel, strideC] = [columns + gapA, 16 + gapPanel, 16 + gapC];
  const a = dice.floats(rows * strideA, 2 ** scaleA);
  const panel = dice.floats(columns * stridePanel, 2 ** scalePanel);
  const begin = dice.floats(16, 2 ** (scaleA + scalePanel));
  const c = new Float32Array(rows * strideC).fill(NaN);
  if (start === 'accumulate') for (let m = 0; m < rows; m++) c.set(begin, m * strideC);
  return {
    a,
    panel,
    begin,
    strideA,
    stridePanel,
    strideC,
    at: { a: bench.put(a), panel: bench.put(panel), bias: start === 'bias' ? bench.put(begin) : 0, c: bench.put(c) },
    size: c.length,
  };
}

/** The product of a case at once. Strides and addresses are in bytes. */
const wholeOf = ({ at, ...strides }: ReturnType<typeof place>, { rows, columns, start }: Case) => ({
  ...at,
  ...{ strideA: 4 * strides.strideA, stridePanel: 4 * strides.stridePanel, strideC: 4 * strides.strideC },
  ...{ rows, columns, accumulate: start === 'accumulate' },
});

describe.each(builds)('multiply, %s build', (build) => {
  const bench = new Bench(build, 1 << 20);
  const { kernels } = bench;

  it('gives the products of float64 up to one rounding a step', () => {
    fc.assert(
      fc.property(cases, (example) => {
        const { rows, columns, start } = example;
        const placed = place(bench, example);
        const { a, panel, begin, strideA, stridePanel, strideC, at, size } = placed;
        kernels.multiply(wholeOf(placed, example));
        const found = bench.floats(at.c, size);
        for (let m = 0; m < rows; m++) {
          const expected = new Float64Array(16);
          const sizes = new Float64Array(16);
          for (let j = 0; j < 16; j++) {
            let sum = start === 'zero' ? 0 : (begin[j] as number);
            let all = Math.abs(sum);
            for (let k = 0; k < columns; k++) {
              const product = (a[m * strideA + k] as number) * (panel[k * stridePanel + j] as number);
              sum += product;
              all += Math.abs(product);
            }
            [expected[j], sizes[j]] = [sum, all];
          }
          // Each product and each sum is rounded: Higham, “Accuracy and Stability of Numerical Algorithms”, lemma 3.1.
          // Tiny numbers lose a fixed amount.
          const allowed = (j: number) =>
            1.01 * (columns + 1) * rounding * (sizes[j] as number) + (columns + 1) * smallest;
          expect(firstWrong(found.subarray(m * strideC, m * strideC + 16), expected, allowed), `row ${m}`).toBeNull();
          // What lies between the rows of C is not written.
          const gap = Array.from(found.subarray(m * strideC + 16, (m + 1) * strideC));
          expect(gap.every(Number.isNaN)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('gives the same bits however rows and columns are cut', () => {
    fc.assert(
      fc.property(cases, fc.nat(), (example, cut) => {
        const { rows, columns } = example;
        const placed = place(bench, example);
        const { at, size } = placed;
        const apart = bench.put(bench.floats(at.c, size).slice());
        const whole = wholeOf(placed, example);
        kernels.multiply(whole);
        const first = 1 + (cut % columns);
        for (let m = 0; m < rows; m++) {
          const row = { ...whole, rows: 1, a: at.a + m * whole.strideA, c: apart + m * whole.strideC };
          kernels.multiply({ ...row, columns: first });
          const panel = at.panel + first * whole.stridePanel;
          const rest = { a: row.a + 4 * first, panel, columns: columns - first, accumulate: true, bias: 0 };
          if (first < columns) kernels.multiply({ ...row, ...rest });
        }
        expect(Buffer.compare(bitsOf(bench.floats(apart, size)), bitsOf(bench.floats(at.c, size)))).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
