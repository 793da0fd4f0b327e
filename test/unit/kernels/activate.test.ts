import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activations } from '../../../src/engine/kernels/kernels';
import { sampled } from '../support/sample';
import { Bench, bitsOf, builds, firstWrong, rounding, smallest } from './support';

/** erfc z for z ≥ 0: the series of erf near 0, the continued fraction beyond (Abramowitz & Stegun 7.1.6, 7.1.14). */
function erfc(z: number): number {
  if (z < 2) {
    let [term, sum] = [z, z];
    for (let n = 1; n < 60; n++) {
      term *= (2 * z * z) / (2 * n + 1);
      sum += term;
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-z * z) * sum;
  }
  let fraction = 0;
  for (let n = 200; n >= 1; n--) fraction = n / 2 / (z + fraction);
  return Math.exp(-z * z) / Math.sqrt(Math.PI) / (z + fraction);
}

const plain = {
  silu: (x: number) => x / (1 + Math.exp(-x)),
  gelu: (x: number) => x * (x < 0 ? erfc(-x / Math.SQRT2) / 2 : 1 - erfc(x / Math.SQRT2) / 2),
  'gelu-tanh': (x: number) => x / (1 + Math.exp(-2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
};

/** What the power e^… stands on in each function: its rounding is multiplied by its size. */
const exponent = {
  silu: (x: number) => Math.abs(x),
  gelu: (x: number) => (x < 0 ? (x * x) / 2 : 0),
  'gelu-tanh': (x: number) => (x < 0 ? 2 * Math.sqrt(2 / Math.PI) * Math.abs(x + 0.044715 * x ** 3) : 0),
};

/**
 * The power is good to 2 units in the last place, the fit of erfc to 1.2e-7, and at most 8 steps round; the exponent is
 * rounded 4 times. The kernels' power stays at e^−87, so that a result below x · e^−87 may be that. The smallest
 * numbers lose a fixed amount.
 */
const allowedAt = (kind: keyof typeof activations, x: number): number =>
  Math.abs(plain[kind](x)) * (1.2e-7 + (12 + 4 * exponent[kind](x)) * rounding) + Math.abs(x) * 1.7e-38 + smallest;

const numbers = fc.oneof(
  fc.double({ min: -100, max: 100, noNaN: true }),
  fc.double({ min: -6, max: 6, noNaN: true }),
  // Close to 0, down to subnormal numbers.
  fc
    .tuple(fc.double({ min: -2, max: 2, noNaN: true }), fc.integer({ min: -148, max: -1 }))
    .map(([x, power]) => x * 2 ** power),
  fc.constantFrom(0, -0, 0.625, -0.625, 87, -87, 88, -88, 100, -100),
);

describe.each(builds)('activate, %s build', (build) => {
  const bench = new Bench(build, 1 << 16);

  it.each(Object.keys(activations) as (keyof typeof activations)[])('%s is that of float64', (kind) => {
    fc.assert(
      fc.property(fc.array(numbers, { minLength: 1, maxLength: 64 }), (values) => {
        bench.clear();
        const x = Float32Array.from(values);
        const out = bench.room(x.byteLength);
        bench.kernels.activateValues(bench.put(x), out, x.length, activations[kind]);
        const found = bench.floats(out, x.length);
        const message = firstWrong(found, Float64Array.from(x, plain[kind]), (i) => allowedAt(kind, x[i] as number));
        expect(message && `${message} x = ${x[Number(/\d+/.exec(message)?.[0])]}`).toBeNull();
        expect(bench.floats(out + x.byteLength, 1)[0]).toBeNaN();
      }),
      { numRuns: sampled(100, 300) },
    );
  });

  it('gives a number the same bits whatever stands beside it', () => {
    fc.assert(
      fc.property(
        fc.array(numbers, { minLength: 2, maxLength: 13 }),
        fc.constantFrom(...Object.values(activations)),
        (values, kind) => {
          bench.clear();
          const x = Float32Array.from(values);
          const [at, together, apart] = [bench.put(x), bench.room(x.byteLength), bench.room(x.byteLength)];
          bench.kernels.activateValues(at, together, x.length, kind);
          for (let i = 0; i < x.length; i++) bench.kernels.activateValues(at + 4 * i, apart + 4 * i, 1, kind);
          expect(bitsOf(bench.floats(apart, x.length))).toEqual(bitsOf(bench.floats(together, x.length)));
        },
      ),
    );
  });
});
