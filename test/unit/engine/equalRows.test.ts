import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EqualRows } from '../../../src/engine/lab/extremes';

/** Rows of a matrix that counts how many of them are read again. */
function matrixOf(rows: readonly (readonly number[])[]) {
  let read = 0;
  return {
    vocabulary: rows.length,
    block: (first: number) => {
      read++;
      return Float32Array.from(rows[first] ?? []);
    },
    read: () => read,
  };
}

async function groupsOf(rows: readonly (readonly number[])[], hash?: (row: Float32Array) => number) {
  const matrix = matrixOf(rows);
  const equal = new EqualRows(matrix, hash);
  rows.forEach((row, id) => equal.add(id, Float32Array.from(row)));
  return { groups: await equal.groups(undefined), read: matrix.read() };
}

/** By the rows' texts, all in memory. */
function plainly(rows: readonly (readonly number[])[]): number[][] {
  const byText = new Map<string, number[]>();
  rows.forEach((row, id) => {
    const text = row.map((value) => (Object.is(value, -0) ? '-0' : String(value))).join();
    byText.set(text, [...(byText.get(text) ?? []), id]);
  });
  return [...byText.values()].filter((ids) => ids.length > 1);
}

describe('equal rows', () => {
  const rows = fc.array(fc.array(fc.constantFrom(0, -0, 1, 2), { minLength: 3, maxLength: 3 }), { maxLength: 40 });

  it('are those whose bits are the same', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (some) => {
        expect((await groupsOf(some)).groups).toEqual(plainly(some));
      }),
    );
  });

  it('are told apart where their numbers for the comparison agree by chance', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (some) => {
        expect((await groupsOf(some, () => 1)).groups).toEqual(plainly(some));
      }),
    );
  });

  it('are no longer looked for once that is cancelled, however small their groups are', async () => {
    const pairs = Array.from({ length: 5000 }, (_, id) => [id >> 1, 1]);
    const matrix = matrixOf(pairs);
    const equal = new EqualRows(matrix);
    pairs.forEach((row, id) => equal.add(id, Float32Array.from(row)));
    await expect(equal.groups(AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    expect(matrix.read()).toBeLessThan(pairs.length);
  });

  it('are the only rows that are read again, so that not all are held at once', async () => {
    const distinct = Array.from({ length: 5000 }, (_, id) => [id, 1]);
    expect(await groupsOf([...distinct, [7, 1]])).toEqual({ groups: [[7, 5000]], read: 2 });
  });
});
