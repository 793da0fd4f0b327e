import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attendedTogether } from '../../../src/engine/kernels/kernels';
import { Bench, bitsOf, builds, Dice, firstWrong, rounding } from './support';

interface Case {
  readonly headSize: number;
  readonly heads: number;
  /** Heads that share their keys and values. */
  readonly perGroup: number;
  readonly past: number;
  readonly rows: number;
  readonly window: number;
  readonly cap: number;
  /** A score without a key; −∞ for none. */
  readonly sink: number;
  /** How far scores lie apart. */
  readonly spread: number;
  readonly seed: number;
}

const cases: fc.Arbitrary<Case> = fc.record({
  headSize: fc.constantFrom(4, 8, 20, 24, 64, 80),
  heads: fc.constantFrom(1, 2, 3),
  perGroup: fc.constantFrom(1, 1, 2),
  past: fc.oneof(fc.constantFrom(0, 0, 15, 16, 17, 33), fc.nat(70)),
  rows: fc.oneof(fc.constantFrom(1, 2, 15, 16, 17, attendedTogether), fc.integer({ min: 1, max: attendedTogether })),
  window: fc.oneof(fc.constant(2 ** 30), fc.constantFrom(1, 2, 16, 17), fc.integer({ min: 1, max: 60 })),
  cap: fc.constantFrom(0, 0, 50, 0.5),
  sink: fc.constantFrom(-Infinity, -Infinity, -3, 0.5, 20),
  spread: fc.constantFrom(1, 1, 12, 0.01),
  seed: fc.integer(),
});

/** Queries, keys and values of all heads, and one head's room on the bench. */
function place(bench: Bench, { headSize, heads, perGroup, past, rows, spread, seed }: Case) {
  bench.clear();
  const dice = new Dice(seed);
  const all = heads * perGroup;
  const q = dice.floats(rows * all * headSize, spread);
  const [k, v] = [dice.floats((past + rows) * heads * headSize, 2), dice.floats((past + rows) * heads * headSize, 3)];
  const scores = rows * Math.ceil((past + rows) / 16 + 1) * 16 * 4;
  const at = {
    q: bench.put(q),
    k: bench.put(k),
    v: bench.put(v),
    out: bench.room(4 * q.length),
    again: bench.room(4 * q.length),
    scores: bench.room(scores),
    panel: bench.room(headSize * 64),
    tile: bench.room(rows * 64),
  };
  return { q, k, v, at, all, strideQ: all * headSize, strideKV: heads * headSize, scale: 1 / Math.sqrt(headSize) };
}
type Placed = ReturnType<typeof place>;

/** Rows `first` to before `first + count` of one head, written to `out`. */
function attend(
  { kernels }: Bench,
  { headSize, perGroup, past, window, cap, sink }: Case,
  { at, strideQ, strideKV, scale }: Placed,
  head: number,
  out: number,
  first: number,
  count: number,
): void {
  const group = 4 * Math.floor(head / perGroup) * headSize;
  const inRow = 4 * (first * strideQ + head * headSize);
  kernels.attend({
    q: at.q + inRow,
    strideQ: 4 * strideQ,
    k: at.k + group,
    v: at.v + group,
    strideKV: 4 * strideKV,
    out: out + inRow,
    strideOut: 4 * strideQ,
    first: past + first,
    rows: count,
    headSize,
    window,
    scale,
    cap,
    scores: at.scores,
    panel: at.panel,
    tile: at.tile,
    sink,
  });
}

/** The attention of one head at one position in float64, and how far float32 may lie from it. */
function plainly(
  { headSize, perGroup, past, window, cap, sink }: Case,
  { q, k, v, strideQ, strideKV, scale }: Placed,
  head: number,
  row: number,
) {
  const position = past + row;
  const begin = Math.max(0, position - window + 1);
  const group = Math.floor(head / perGroup) * headSize;
  const seen = Array.from({ length: position + 1 - begin }, (_, i) => (begin + i) * strideKV + group);
  let doubt = 0;
  const scores = seen.map((at) => {
    let [sum, size] = [0, 0];
    for (let d = 0; d < headSize; d++) {
      const product = (q[row * strideQ + head * headSize + d] as number) * (k[at + d] as number);
      sum += product;
      size += Math.abs(product);
    }
    const score = cap > 0 ? cap * Math.tanh((scale * sum) / cap) : scale * sum;
    // The product, its scaling and the cap, of which tanh is good to 4 units in the last place.
    doubt = Math.max(doubt, (headSize + 4) * rounding * scale * size + (2 * Math.abs(score) + 8 * cap) * rounding);
    return score;
  });
  const greatest = Math.max(sink, ...scores);
  const powers = scores.map((score) => Math.exp(score - greatest));
  const total = powers.reduce((sum, power) => sum + power, Math.exp(sink - greatest));
  const mixed = new Float64Array(headSize);
  const sizes = new Float64Array(headSize);
  seen.forEach((at, i) => {
    for (let d = 0; d < headSize; d++) {
      const part = ((powers[i] as number) / total) * (v[at + d] as number);
      (mixed[d] as number) += part;
      (sizes[d] as number) += Math.abs(part);
    }
  });
  // A score that is off by δ changes each power and their sum by the factor e^±δ at most. Then every seen position adds
  // a rounding.
  const share = 4 * doubt + (2 * seen.length + 24) * rounding;
  return { mixed, allowed: (d: number) => share * (sizes[d] as number) + 1e-30 };
}

describe.each(builds)('attend, %s build', (build) => {
  const bench = new Bench(build, 1 << 19);

  it('gives each head softmax(scale · q·kᵀ)·v of the positions that it sees', () => {
    fc.assert(
      fc.property(cases, (example) => {
        const placed = place(bench, example);
        const { headSize, rows } = example;
        for (let head = 0; head < placed.all; head++) attend(bench, example, placed, head, placed.at.out, 0, rows);
        for (let head = 0; head < placed.all; head++) {
          for (let row = 0; row < rows; row++) {
            const { mixed, allowed } = plainly(example, placed, head, row);
            expect(
              firstWrong(
                bench.floats(placed.at.out + 4 * (row * placed.strideQ + head * headSize), headSize),
                mixed,
                allowed,
              ),
              `head ${head}, row ${row}`,
            ).toBeNull();
          }
        }
        expect(bench.floats(placed.at.out + 4 * placed.q.length, 1)[0], 'the number behind the result').toBeNaN();
      }),
      { numRuns: 100 },
    );
  });

  it('gives a position the same bits whichever rows are worked through with it', () => {
    fc.assert(
      fc.property(cases, fc.nat(), (example, cut) => {
        const placed = place(bench, example);
        const { rows } = example;
        const first = cut % (rows + 1);
        for (let head = 0; head < placed.all; head++) {
          attend(bench, example, placed, head, placed.at.out, 0, rows);
          if (first > 0) attend(bench, example, placed, head, placed.at.again, 0, first);
          for (let row = first; row < rows; row++) attend(bench, example, placed, head, placed.at.again, row, 1);
        }
        expect(
          Buffer.compare(
            bitsOf(bench.floats(placed.at.again, placed.q.length)),
            bitsOf(bench.floats(placed.at.out, placed.q.length)),
          ),
        ).toBe(0);
      }),
      { numRuns: 100 },
    );
  });
});
