import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { distance, dot, norm, row, type Vector } from '../../../src/engine/arrays/vectors';
import { Directions, type FoundRows } from '../../../src/engine/directions/directions';
import { MatrixPass } from '../../../src/engine/directions/matrixPass';
import { RowRanking, selectionMargin, type Ranked } from '../../../src/engine/directions/ranking';
import type { Outputs } from '../../../src/engine/directions/rowsPass';
import { softCap } from '../../../src/engine/directions/softmax';
import { inSpace, type Space } from '../../../src/engine/directions/space';
import { bestFirst, type ListName } from '../../../src/engine/kernels/metrics';
import { Team } from '../../../src/engine/kernels/team';
import { startNodeThreads } from '../../../src/engine/platform/node/kernelThread';
import { metrics } from '../../../src/shared/metrics';
import { bitsOf, Dice } from '../kernels/support';
import { matrixOf } from '../support/matrices';

// Searches of matrices of all shapes, in the memory and in the file, against every row compared in float64.

interface Case {
  readonly vocabulary: number;
  readonly columns: number;
  readonly queries: number;
  readonly hidden: number;
  readonly count: number;
  readonly bias: boolean;
  readonly cap: number | undefined;
  readonly centred: boolean;
  readonly seed: number;
}
const cases: fc.Arbitrary<Case> = fc
  .record({
    vocabulary: fc.constantFrom(1, 2, 15, 16, 17, 33, 513, 1030),
    columns: fc.constantFrom(1, 3, 24, 33),
    queries: fc.constantFrom(1, 2, 3, 17),
    share: fc.nat(17),
    count: fc.constantFrom(1, 5, 40),
    bias: fc.boolean(),
    cap: fc.constantFrom(undefined, undefined, 6),
    centred: fc.boolean(),
    seed: fc.integer(),
  })
  .map(({ share, ...rest }) => ({ ...rest, hidden: Math.min(share, rest.queries) }));

const lists: readonly ListName[] = [...metrics, 'logit'];
const limits = { memory: false, file: true } as const;

let teams: readonly Team[];
beforeAll(
  async () => void (teams = await Promise.all([1, 3].map((count) => Team.start(count, undefined, startNodeThreads)))),
);
afterAll(() => Promise.all(teams.map((team) => team.close())));

async function load(
  team: Team,
  rows: Float32Array,
  columns: number,
  where: keyof typeof limits,
  outputs: Outputs,
): Promise<Directions> {
  const matrix = matrixOf(rows, columns);
  return new Directions(
    await MatrixPass.load(team, matrix, limits[where], outputs, undefined, () => undefined),
    matrix,
    outputs.bias ?? null,
  );
}

/** All rows by one list, best first, in float64. */
function compared(
  directions: Directions,
  space: Space,
  name: ListName,
  query: Vector,
  rows: Float32Array,
  columns: number,
  bias: Float32Array,
): Ranked[] {
  const querySize = norm(query);
  const value = (id: number): number => {
    const own = inSpace(row(rows, id, columns), space);
    const size = space.origin ? norm(own) : (directions.sizes.of[id] as number);
    const values: Readonly<Record<ListName, () => number>> = {
      euclidean: () => distance(query, own),
      cosine: () => (querySize > 0 && size > 0 ? Math.max(-1, Math.min(1, dot(query, own) / (querySize * size))) : 0),
      dot: () => dot(query, own),
      logit: () => dot(query, own) + (bias[id] as number),
    };
    return values[name]();
  };
  return Array.from({ length: rows.length / columns }, (_, id) => ({ id, value: value(id) })).sort(
    (a, b) => bestFirst(name, a.value, b.value) || a.id - b.id,
  );
}

/** ln Σ e^logit. */
const totalOf = (found: FoundRows | undefined): number =>
  found?.softmax ? found.softmax.greatest + found.softmax.logSum : NaN;

/** ln Σ e^x and the entropy, in float64. */
function plainSoftmax(logits: readonly number[]) {
  const greatest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - greatest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  const mean = powers.reduce((sum, power, i) => sum + power * ((logits[i] as number) - greatest), 0) / total;
  return { logTotal: greatest + Math.log(total), entropy: (Math.log(total) - mean) / Math.LN2 };
}

describe.each(['memory', 'file'] as const)('a matrix in the %s', (where) => {
  it('has the nearest rows, the softmax and the places of all rows compared, whatever its shape', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.nat(1), async (example, which) => {
        const { vocabulary, columns, count, hidden, centred, cap } = example;
        const dice = new Dice(example.seed);
        const rows = dice.floats(vocabulary * columns, 2);
        const bias = example.bias ? dice.floats(vocabulary, 3) : new Float32Array(vocabulary);
        const directions = await load(teams[which] as Team, rows, columns, where, {
          logitCap: cap,
          bias: example.bias ? bias : null,
        });
        const space = centred ? await directions.centred() : directions.raw;
        const queries = Array.from({ length: example.queries }, () => dice.floats(columns, 2));
        const targets = Int32Array.from(queries, () => dice.below(vocabulary + 1) - 1);
        // Of rows of one number all have the cosine 1 or −1, more than there are candidates.
        const asked = lists.filter((name) =>
          name === 'logit' ? example.bias && !centred : name !== 'cosine' || columns > 1,
        );
        // Logits are products with the raw rows.
        const softmaxes = centred ? 0 : hidden;
        const found = await directions.search(queries, { count, lists: asked, space, hidden: softmaxes, targets });
        queries.forEach((query, i) => {
          for (const name of asked) {
            const expected = compared(directions, space, name, query, rows, columns, bias).slice(0, count);
            expect(found[i]?.ranked[name], `query ${i}, ${name}`).toEqual(expected);
          }
          const logits = Array.from(
            { length: vocabulary },
            (_, id) => dot(query, row(rows, id, columns)) + (bias[id] as number),
          );
          if (i < softmaxes) {
            const expected = plainSoftmax(logits.map((logit) => softCap(logit, cap)));
            expect(Math.abs(totalOf(found[i]) - expected.logTotal)).toBeLessThan(1e-5);
            expect(Math.abs((found[i]?.softmax?.entropy ?? NaN) - expected.entropy)).toBeLessThan(1e-4);
          } else expect(found[i]?.softmax).toBeNull();
          const target = targets[i] as number;
          if (target < 0) return expect(found[i]?.before).toBeNull();
          // Logits closer than float32 tells apart may stand either way.
          const own = logits[target] as number;
          const others = logits.filter((_, id) => id !== target);
          expect(found[i]?.before).toBeGreaterThanOrEqual(others.filter((logit) => logit > own + 1e-4).length);
          expect(found[i]?.before).toBeLessThanOrEqual(others.filter((logit) => logit > own - 1e-4).length);
        });
        directions.release();
      }),
      { numRuns: 60 },
    );
  });
});

it.each([0, 1])(
  'a matrix gives the same in the memory and in the file: lists, products to the bit, and the softmax',
  async (which) => {
    // Longer than one panel, and more rows than are read from the file at a time.
    for (const { vocabulary, columns } of [
      { vocabulary: 2100, columns: 2100 },
      { vocabulary: 700, columns: 24 },
      { vocabulary: 1, columns: 5 },
    ]) {
      const dice = new Dice(vocabulary);
      const rows = dice.floats(vocabulary * columns, 0.05);
      const [bias, queries] = [dice.floats(vocabulary, 1), Array.from({ length: 5 }, () => dice.floats(columns, 1))];
      const [memory, file] = (await Promise.all(
        (['memory', 'file'] as const).map((where) => load(teams[which] as Team, rows, columns, where, { bias })),
      )) as [Directions, Directions];
      for (const centred of [false, true]) {
        const search = async (directions: Directions) =>
          directions.search(queries, {
            count: 20,
            lists: centred ? lists.slice(0, 3) : lists,
            space: centred ? await directions.centred() : directions.raw,
            hidden: centred ? 0 : 5,
            targets: Int32Array.of(0, -1, vocabulary - 1, 0, 0),
          });
        const [here, there] = [await search(memory), await search(file)];
        expect(there.map(({ ranked, before }) => ({ ranked, before }))).toEqual(
          here.map(({ ranked, before }) => ({ ranked, before })),
        );
        if (centred) continue;
        here.forEach(({ softmax }, i) => {
          expect(Math.abs(totalOf(there[i]) - totalOf(here[i]))).toBeLessThanOrEqual(1e-12);
          expect(Math.abs((there[i]?.softmax?.entropy ?? NaN) - (softmax?.entropy ?? NaN))).toBeLessThanOrEqual(1e-12);
        });
      }
      expect(Buffer.compare(bitsOf(await file.dots(queries)), bitsOf(await memory.dots(queries)))).toBe(0);
      expect(file.sizes.of).toEqual(memory.sizes.of);
      expect(bitsOf(file.sizes.meanRow)).toEqual(bitsOf(memory.sizes.meanRow));
      for (const directions of [memory, file]) directions.release();
    }
  },
);

it.each([0, 1])('finds no row beyond the end, whatever the memory held there before', async (which) => {
  // Rooms of searches with many queries, all numbers below 0, become room for what is kept of the centred space.
  const [vocabulary, columns] = [17, 24];
  const dice = new Dice(5);
  const rows = dice.floats(vocabulary * columns, 1);
  const directions = await load(teams[which] as Team, rows, columns, 'memory', {});
  for (const many of [30, 100, 300])
    await directions.dots(Array.from({ length: many }, () => new Float32Array(columns).fill(-2)));
  const space = await directions.centred();
  const query = dice.floats(columns, 1);
  for (const from of [directions.raw, space]) {
    const [found] = await directions.search([query], {
      count: vocabulary,
      lists: ['euclidean', 'dot', 'cosine'],
      space: from,
      hidden: from.origin ? 0 : 1,
    });
    for (const name of ['euclidean', 'dot', 'cosine'] as const)
      expect(found?.ranked[name]).toEqual(
        compared(directions, from, name, query, rows, columns, new Float32Array(vocabulary)),
      );
    if (!from.origin) expect(totalOf(found)).toBeGreaterThan(0);
  }
  directions.release();
});

describe.each([1e-16, 1e-30, 1e-44])('a query whose numbers are near %d', (size) => {
  const [vocabulary, columns, count] = [1030, 24, 10];

  it('is compared exactly with the candidates of each list alone, and finds what all rows give', async () => {
    const dice = new Dice(7);
    // Some rows are as short as the query: their squares vanish in float32 too.
    const rows = dice.floats(vocabulary * columns, 2).map((value, i) => (i < 90 * columns ? value * 1e-25 : value));
    const bias = dice.floats(vocabulary, 3);
    const directions = await load(teams[0] as Team, rows, columns, 'memory', { bias });
    const query = dice.floats(columns, 1).map((value) => value * size);
    for (const space of [directions.raw, await directions.centred()]) {
      const compares = vi.spyOn(directions.matrix, 'row');
      const asked = space.origin ? metrics : lists;
      const targets = Int32Array.of(500);
      const [found] = await directions.search([query], { count, lists: asked, space, targets, hidden: 0 });
      expect(compares.mock.calls.length).toBeLessThanOrEqual(asked.length * (count + selectionMargin));
      const [products] = await directions.products([query]);
      const comparison = new RowRanking(directions, space, query, products as Vector);
      compares.mockClear();
      for (const metric of metrics) expect(comparison.best(metric, count)).toEqual(found?.ranked[metric]);
      expect(compares.mock.calls.length).toBeLessThanOrEqual(metrics.length * (count + selectionMargin));
      compares.mockRestore();
      for (const metric of metrics)
        expect(comparison.ranks(500)[metric], metric).toBe(
          compared(directions, space, metric, query, rows, columns, bias).findIndex(({ id }) => id === 500) + 1,
        );
      for (const name of asked)
        expect(found?.ranked[name], name).toEqual(
          compared(directions, space, name, query, rows, columns, bias).slice(0, count),
        );
      const order = compared(directions, directions.raw, 'logit', query, rows, columns, bias).map(({ id }) => id);
      expect(found?.before).toBe(order.indexOf(500));
    }
    directions.release();
  });
});
