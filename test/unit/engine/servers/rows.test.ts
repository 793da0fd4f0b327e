import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowReader, type RowsRequest } from '../../../../src/engine/servers/rows';

const host = 'localhost:1';
const encoder = new TextEncoder();

function read(text: string, request: RowsRequest, pieceLength = 7) {
  const reader = new RowReader(request, host);
  const bytes = encoder.encode(text);
  for (let at = 0; at < bytes.length; at += pieceLength) reader.push(bytes.subarray(at, at + pieceLength));
  return reader.end();
}

const fault = (text: string, request: RowsRequest): string => {
  try {
    read(text, request);
    return 'none';
  } catch (error) {
    expect(error).toMatchObject({ code: 'server-failed' });
    return (error as Error).message;
  }
};

describe('the reader of vectors', () => {
  it('gives the same numbers in whatever pieces they arrive', () => {
    const finite = fc.float({ noNaN: true, noDefaultInfinity: true }).filter((one) => one !== 0);
    const matrix = fc
      .integer({ min: 1, max: 5 })
      .chain((width) =>
        fc.array(fc.array(finite, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
      );
    fc.assert(
      fc.property(matrix, fc.integer({ min: 1, max: 30 }), fc.boolean(), (rows, pieceLength, spaced) => {
        const text = JSON.stringify([{ index: 0, note: '[1, "]', embedding: rows }], null, spaced ? 2 : undefined);
        const result = read(text, { most: rows.length, dimensions: null }, pieceLength);
        expect(result.values).toEqual(Float32Array.from(rows.flat()));
        expect(result).toMatchObject({ count: rows.length, dimensions: rows[0]!.length });
        expect(result.rest).toEqual([{ index: 0, note: '[1, "]', embedding: [...rows.keys()] }]);
      }),
    );
  });

  it('leaves lists that hold more than numbers as they are', () => {
    const { rest, count } = read('{"a":[],"b":[ ],"c":[1,"x"],"d":[[1,{"e":2}],"\\"["]}', { most: 1, dimensions: 1 });
    expect(rest).toEqual({ a: [], b: [], c: [1, 'x'], d: [[1, { e: 2 }], '"['] });
    expect(count).toBe(0);
  });

  const wrong = (what: string) => `The answer of localhost:1 is wrong: ${what}.`;
  const notJson = 'The answer of localhost:1 is not valid JSON.';
  it.each([
    ['[[1,2],[3]]', wrong('vectors[1] (len) is 1; expected: 2')],
    ['[[1,2],[3,null]]', wrong('vectors[1] is NaN; expected: float32')],
    ['[[1,2],[3,1e999]]', wrong('vectors[1] is Infinity; expected: float32')],
    ['[[1,2],[3,1e39]]', wrong('vectors[1] is 1e+39; expected: float32')],
    ['[[1,2],[0,0]]', wrong('vectors[1] is 0; expected: ≠ 0')],
    ['[[1,2],[3,NaN]]', notJson],
    ['[[1,2],[3,true]]', wrong('vectors[1] is NaN; expected: float32')],
    ['[[1,2],[3,4],[5,6]]', wrong('vectors is 3; expected: ≤ 2')],
    ['[[1,2],[3,4]', notJson],
    ['[[1,2],[3', notJson],
    ['', notJson],
    [`[[1,${' '.repeat(200)}2]]`, 'The answer of localhost:1 is longer than 1 KiB, so it was cut off.'],
    [`"${'x'.repeat(2 ** 17)}"`, 'The answer of localhost:1 is longer than 65 KiB, so it was cut off.'],
    ['['.repeat(40), notJson],
  ])('refuses %#', (text, message) => expect(fault(text, { most: 2, dimensions: 2 })).toBe(message));
});
