import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layerNormOf, norm, rmsNormOf } from '../../../src/engine/arrays/vectors';
import { Bench, bitsOf, builds, Dice, firstWrong, rounding, smallest } from './support';

const shapes = fc.record({
  rows: fc.integer({ min: 1, max: 6 }),
  width: fc.oneof(fc.constantFrom(1, 2, 3, 4, 5, 24, 576), fc.integer({ min: 1, max: 90 })),
  /** The power of two of the numbers. */
  scale: fc.constantFrom(0, 0, 0, 40, -40),
  /** What is added to each, so that the mean is large against what lies around it. */
  middle: fc.constantFrom(0, 0, 100),
  seed: fc.integer(),
});
type Shape = typeof shapes extends fc.Arbitrary<infer T> ? T : never;

const numbersOf = (dice: Dice, { rows, width, scale, middle }: Shape) =>
  dice.floats(rows * width).map((x) => (x + middle) * 2 ** scale);

describe.each(builds)('what is done to rows, %s build', (build) => {
  const bench = new Bench(build, 1 << 18);
  const { kernels } = bench;

  /** Puts the rows of a shape on the bench and compares what a kernel makes of each of them with plain code. */
  function compare(
    shape: Shape,
    run: (
      x: number,
      out: number,
      dice: Dice,
    ) => (row: Float32Array) => { readonly expected: Float64Array; readonly allowed: (index: number) => number },
  ) {
    bench.clear();
    const dice = new Dice(shape.seed);
    const x = numbersOf(dice, shape);
    const [at, out] = [bench.put(x), bench.room(x.byteLength)];
    const check = run(at, out, dice);
    for (let r = 0; r < shape.rows; r++) {
      const { expected, allowed } = check(x.subarray(r * shape.width, (r + 1) * shape.width));
      expect(
        firstWrong(bench.floats(out + 4 * r * shape.width, shape.width), expected, allowed),
        `row ${r}`,
      ).toBeNull();
    }
    expect(bench.floats(out + x.byteLength, 1)[0], 'the number behind the result').toBeNaN();
  }

  it('rmsNorm is that of float64 up to three roundings', () => {
    fc.assert(
      fc.property(shapes, fc.constantFrom(1e-5, 1e-6, 1e-12), (shape, epsilon) => {
        compare(shape, (x, out, dice) => {
          const gain = dice.floats(shape.width, 3);
          kernels.rmsNorm(x, out, bench.put(gain), shape.rows, shape.width, epsilon);
          return (row) => {
            const expected = rmsNormOf(row, gain, epsilon);
            // The scale, the product with it and the product with the gain are rounded.
            return { expected, allowed: (i) => 3.01 * rounding * Math.abs(expected[i] as number) + 2 * smallest };
          };
        });
      }),
    );
  });

  it('layerNorm is that of float64 up to a rounding of the mean and of each step', () => {
    fc.assert(
      fc.property(shapes, fc.constantFrom(1e-5, 1e-6), (shape, epsilon) => {
        compare(shape, (x, out, dice) => {
          const [gain, bias] = [dice.floats(shape.width, 3), dice.floats(shape.width, 2)];
          kernels.layerNorm(x, out, bench.put(gain), bench.put(bias), shape.rows, shape.width, epsilon);
          return (row) => {
            const expected = layerNormOf(row, gain, bias, epsilon);
            const middle = row.reduce((sum, value) => sum + value, 0) / row.length;
            const scale =
              1 / Math.sqrt(row.reduce((sum, value) => sum + (value - middle) ** 2, 0) / row.length + epsilon);
            return {
              expected,
              allowed: (i) => {
                const factor = scale * Math.abs(gain[i] as number);
                const normed = Math.abs((row[i] as number) - middle) * factor;
                return (
                  1.01 * rounding * (Math.abs(middle) * factor + 5 * normed + Math.abs(expected[i] as number)) +
                  3 * smallest
                );
              },
            };
          };
        });
      }),
    );
  });

  it('sizes are those of float64', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        bench.clear();
        const x = numbersOf(new Dice(shape.seed), shape);
        const [at, out] = [bench.put(x), bench.room(8 * shape.rows)];
        kernels.sizes(at, out, shape.rows, shape.width);
        const expected = Array.from({ length: shape.rows }, (_, r) =>
          norm(x.subarray(r * shape.width, (r + 1) * shape.width)),
        );
        // Sums in float64, in another order than `norm` adds.
        expect(
          firstWrong(bench.doubles(out, shape.rows), expected, (i) => shape.width * 2 ** -52 * (expected[i] as number)),
        ).toBeNull();
      }),
    );
  });

  it('rotary turns each pair and copies the rest of a head', () => {
    const turned = fc.record({
      rows: fc.integer({ min: 1, max: 4 }),
      heads: fc.integer({ min: 1, max: 3 }),
      pairs: fc.integer({ min: 1, max: 13 }),
      rest: fc.nat(9),
      interleaved: fc.boolean(),
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(turned, ({ rows, heads, pairs, rest, interleaved, seed }) => {
        bench.clear();
        const dice = new Dice(seed);
        const headSize = 2 * pairs + rest;
        const x = dice.floats(rows * heads * headSize, 5);
        const angles = dice.floats(rows * pairs, 3);
        const [cosine, sine] = [angles.map(Math.cos), angles.map(Math.sin)];
        const out = bench.room(x.byteLength);
        kernels.rotary({
          x: bench.put(x),
          out,
          cosine: bench.put(cosine),
          sine: bench.put(sine),
          rows,
          heads,
          headSize,
          pairs,
          interleaved,
        });
        const expected = Float64Array.from(x);
        const sizes = new Float64Array(x.length);
        for (let r = 0; r < rows; r++) {
          for (let h = 0; h < heads; h++) {
            for (let j = 0; j < pairs; j++) {
              const head = (r * heads + h) * headSize;
              const [first, second] = interleaved ? [head + 2 * j, head + 2 * j + 1] : [head + j, head + pairs + j];
              const [a, b] = [x[first] as number, x[second] as number];
              const [c, s] = [cosine[r * pairs + j] as number, sine[r * pairs + j] as number];
              [expected[first], expected[second]] = [a * c - b * s, b * c + a * s];
              [sizes[first], sizes[second]] = [Math.abs(a * c) + Math.abs(b * s), Math.abs(b * c) + Math.abs(a * s)];
            }
          }
        }
        // Two products and a sum are rounded; what is copied is exact.
        expect(
          firstWrong(bench.floats(out, x.length), expected, (i) => 2.01 * rounding * (sizes[i] as number)),
        ).toBeNull();
        expect(bench.floats(out + x.byteLength, 1)[0]).toBeNaN();
      }),
    );
  });

  it.each([
    ['add', (a: number, b: number) => a + b],
    ['multiplyElements', (a: number, b: number) => a * b],
  ] as const)('%s is the rounded result of each pair, to the bit', (name, of) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.constantFrom(0, 60, -70), fc.integer(), (count, scale, seed) => {
        bench.clear();
        const dice = new Dice(seed);
        const [a, b] = [dice.floats(count, 2 ** scale), dice.floats(count, 2 ** scale)];
        const out = bench.room(4 * count);
        kernels[name](bench.put(a), bench.put(b), out, count);
        expect(bitsOf(bench.floats(out, count))).toEqual(bitsOf(a.map((value, i) => of(value, b[i] as number))));
        expect(bench.floats(out + 4 * count, 1)[0]).toBeNaN();
      }),
    );
  });
});
