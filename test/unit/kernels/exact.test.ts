import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { angle, distance, dot, norm } from '../../../src/engine/arrays/vectors';
import { FinalNorm } from '../../../src/engine/trunk/finalNorm';
import { angleFrom } from '../../../src/engine/trunk/residuals';
import { Bench, builds, Dice, firstWrong } from './support';

/** Rows of a panel. */
const rows = 16;

const cases = fc.record({
  columns: fc.oneof(fc.constantFrom(1, 2, 3, 24), fc.integer({ min: 1, max: 60 })),
  scale: fc.constantFrom(1, 1, 1e15, 1e-18),
  lanes: fc.integer({ min: 1, max: rows }),
  seed: fc.integer(),
  cut: fc.nat(),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

/** Sixteen rows cut into two panels after an even number of columns, as long rows are. */
function place(bench: Bench, { columns, scale, seed, cut }: Case) {
  bench.clear();
  const dice = new Dice(seed);
  const matrix = Array.from({ length: rows }, () => dice.floats(columns, scale));
  const panel = new Float32Array(columns * rows);
  matrix.forEach((row, r) => row.forEach((value, k) => (panel[k * rows + r] = value)));
  const at = bench.put(panel);
  const first = 2 * (cut % (Math.floor(columns / 2) + 1));
  const panels = [
    { column: 0, count: first },
    { column: first, count: columns - first },
  ].filter(({ count }) => count > 0);
  return { dice, matrix, panels: panels.map((part) => ({ ...part, at: at + 4 * rows * part.column })) };
}

describe.each(builds)('sums in float64, %s build', (build) => {
  const bench = new Bench(build, 1 << 16);
  const { kernels } = bench;

  it('compareRows gives products, distances and sizes with the bits of plain code', () => {
    fc.assert(
      fc.property(cases, fc.boolean(), (example, hasOrigin) => {
        const { dice, matrix, panels } = place(bench, example);
        const { columns, scale } = example;
        const double = () => Float64Array.from({ length: columns }, () => (2 * dice.next() - 1) * scale);
        const [query, origin] = [double(), double()];
        const [queryAt, originAt, out] = [
          bench.put(query),
          hasOrigin ? bench.put(origin) : 0,
          bench.put(new Float64Array(5 * rows)),
        ];
        for (const { at, column, count } of panels)
          kernels.compareRows(at, count, queryAt + 8 * column, hasOrigin ? originAt + 8 * column : 0, out);
        const sums = bench.doubles(out, 5 * rows);
        const sum = (array: number, row: number) => sums[array * rows + row] as number;
        matrix.forEach((plain, r) => {
          const row = hasOrigin ? Float64Array.from(plain, (value, k) => value - (origin[k] as number)) : plain;
          const found = {
            dot: sum(0, r) + sum(1, r),
            distance: Math.sqrt(sum(2, r)),
            size: Math.sqrt(sum(3, r) + sum(4, r)),
          };
          expect(found, `row ${r}`).toEqual({ dot: dot(query, row), distance: distance(query, row), size: norm(row) });
        });
      }),
    );
  });

  it('measureRows gives sizes with the bits of plain code, and the sum of the rows that are there', () => {
    fc.assert(
      fc.property(cases, (example) => {
        const { matrix, panels } = place(bench, example);
        const { columns, lanes } = example;
        const [squares, total] = [bench.put(new Float64Array(2 * rows)), bench.put(new Float64Array(columns))];
        for (const { at, column, count } of panels) kernels.measureRows(at, count, lanes, squares, total + 8 * column);
        const found = bench.doubles(squares, 2 * rows);
        matrix.forEach((row, r) =>
          expect(Math.sqrt((found[r] as number) + (found[rows + r] as number))).toBe(norm(row)),
        );
        const there = matrix.slice(0, lanes);
        const expected = Float64Array.from({ length: columns }, (_, k) =>
          there.reduce((sum, row) => sum + (row[k] as number), 0),
        );
        // Sixteen rows are added in pairs, which rounds otherwise than one after the other.
        const sizes = expected.map((_, k) => there.reduce((sum, row) => sum + Math.abs(row[k] as number), 0));
        expect(
          firstWrong(bench.doubles(total, columns), expected, (k) =>
            lanes === rows ? rows * 2 ** -53 * (sizes[k] as number) : 0,
          ),
        ).toBeNull();
      }),
    );
  });

  it('measureResidual gives sizes and angles of plain code in float64', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom(1, 2, 3, 24), fc.integer({ min: 2, max: 60 })),
        fc.boolean(),
        fc.constantFrom('apart', 'equal', 'opposite'),
        fc.constantFrom(1, 1, 1e6, 1e-3),
        fc.integer(),
        (width, hasBias, input, scale, seed) => {
          bench.clear();
          const dice = new Dice(seed);
          const r = dice.floats(width, scale);
          const e = input === 'apart' ? dice.floats(width) : r.map((value) => (input === 'equal' ? value : -value));
          const u = dice.floats(width, 4);
          const [gain, bias] = [dice.floats(width, 2), hasBias ? dice.floats(width, 1) : null];
          const final = new FinalNorm(gain, bias, 1e-5);
          const [rAt, eAt, uAt, gainAt] = [r, e, u, gain].map((values) => bench.put(values)) as [
            number,
            number,
            number,
            number,
          ];
          const [biasAt, room, out] = [bias ? bench.put(bias) : 0, bench.room(8 * (width + 1)), bench.room(5 * 8)];
          kernels.measureResidual({
            r: rAt,
            input: eAt,
            inputSize: norm(e),
            output: uAt,
            outputSize: norm(u),
            gain: gainAt,
            bias: biasAt,
            epsilon: 1e-5,
            width,
            scratch: room,
            out,
          });
          const [size, inputApart, inputTogether, outputApart, outputTogether] = bench.doubles(out, 5) as unknown as [
            number,
            number,
            number,
            number,
            number,
          ];
          // The order in which float64 numbers are added is all that differs.
          const doubt = 8 * width * 2 ** -52;
          expect(Math.abs(size - norm(r))).toBeLessThanOrEqual(doubt * size);
          // Degrees: an angle of 0 keeps a difference of unit vectors of about 1e-16.
          expect(Math.abs(angleFrom(inputApart, inputTogether) - angle(r, e))).toBeLessThanOrEqual(1e-12 * (width + 1));
          // A LayerNorm of a narrow row leaves little but the bias, so that the norm's own rounding weighs more.
          expect(Math.abs(angleFrom(outputApart, outputTogether) - angle(final.of(r), u))).toBeLessThanOrEqual(1e-9);
        },
      ),
    );
  });
});
