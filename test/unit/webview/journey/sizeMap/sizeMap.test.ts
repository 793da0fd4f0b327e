import { describe, expect, test } from 'vitest';
import { dimensionWords, isMassive, mapRows } from '../../../../../src/webview/journey/sizeMap/dimensions';
import {
  cellBox,
  cellUnder,
  labelledPositions,
  largestIn,
  mapColumns,
  mapForm,
  mapStep,
  sinksIn,
  strengthIn,
} from '../../../../../src/webview/journey/sizeMap/map';
import { inspected } from '../../build';

/** Sizes of so many layers and positions. */
const sizesOf = (layers: number, positions: number, size = (_layer: number, _position: number) => 100) =>
  Array.from({ length: layers }, (_, layer) =>
    Float64Array.from({ length: positions }, (_unused, position) => size(layer, position)),
  );

describe('the map', () => {
  test('of a short text has wide columns, and of a long one fills the room', () => {
    expect(mapForm(sizesOf(31, 5), 900)).toEqual({ positions: 5, layers: 31, width: 280, rowHeight: 9 });
    expect(mapForm(sizesOf(31, 64), 900)).toMatchObject({ width: 900 });
    expect(mapForm(sizesOf(31, 1), 900)).toMatchObject({ positions: 1, width: 56 });
    expect(mapForm(sizesOf(2, 5), 120)).toMatchObject({ width: 120, rowHeight: 10 });
    expect(mapForm(sizesOf(81, 5), 900).rowHeight).toBe(3);
  });

  test('covers its width without gaps, whatever the number of positions', () => {
    for (const positions of [1, 7, 64, 899, 900, 901, 4000]) {
      const columns = mapColumns(mapForm(sizesOf(3, positions), 900));
      expect(columns[0]).toMatchObject({ left: 0, from: 0 });
      expect(columns.at(-1)?.to).toBe(positions);
      columns.slice(1).forEach(({ left, from }, index) => {
        expect([left, from]).toEqual([columns[index]?.right, columns[index]?.to]);
      });
      expect(columns.every(({ from, to, left, right }) => from < to && left < right)).toBe(true);
    }
  });

  test('of 4,000 positions shows the largest residual of each column, and finds it', () => {
    const sizes = sizesOf(31, 4000, (layer, position) => (layer === 12 && position === 2001 ? 20_000 : 100));
    const form = mapForm(sizes, 800);
    const column = mapColumns(form).find(({ from, to }) => from <= 2001 && 2001 < to);
    expect(column && largestIn(sizes[12], column)).toBe(2001);
    expect(cellUnder(form, sizes, (column?.left ?? 0) + 0.5, 12 * form.rowHeight + 1)).toEqual({
      layer: 12,
      position: 2001,
    });
    expect(cellBox(form, { layer: 12, position: 2001 }).width).toBe(1);
  });

  test('knows the cell at a point, and none outside', () => {
    const sizes = sizesOf(31, 5);
    const form = mapForm(sizes, 900);
    const { left, top } = cellBox(form, { position: 3, layer: 30 });
    expect(cellUnder(form, sizes, left, top)).toEqual({ position: 3, layer: 30 });
    expect([
      cellUnder(form, sizes, -1, 0),
      cellUnder(form, sizes, form.width, 0),
      cellUnder(form, sizes, 0, 31 * form.rowHeight),
      cellUnder(mapForm([], 900), [], 0, 0),
    ]).toEqual([null, null, null, null]);
  });

  test('is walked with keys, and not beyond its edges', () => {
    const form = mapForm(sizesOf(31, 5), 900);
    const from = { position: 0, layer: 30 };
    const keys = ['ArrowRight', 'ArrowLeft', 'ArrowDown', 'ArrowUp', 'Home', 'End', 'PageUp', 'PageDown'];
    expect(keys.map((key) => mapStep(key, from, form))).toEqual([
      { position: 1, layer: 30 },
      from,
      from,
      { position: 0, layer: 29 },
      from,
      { position: 4, layer: 30 },
      { position: 0, layer: 0 },
      from,
    ]);
    expect(mapStep('Tab', from, form)).toBeNull();
  });

  test('has a log scale, on which nothing is stronger than its end and zero has no colour', () => {
    const strength = strengthIn([1, 10_000]);
    expect([0, 1, 100, 10_000, 1e6].map(strength)).toEqual([0, 0, 0.5, 1, 1]);
  });

  test('has labels with room between them', () => {
    expect(labelledPositions(mapForm(sizesOf(3, 5), 900))).toEqual([0, 1, 2, 3, 4]);
    expect(labelledPositions(mapForm(sizesOf(3, 64), 900)).slice(0, 3)).toEqual([0, 5, 10]);
    expect(labelledPositions(mapForm(sizesOf(3, 4000), 400))).toHaveLength(8);
    expect(labelledPositions(mapForm([], 400))).toEqual([]);
  });

  test('is copied cell by cell', () => {
    const text = inspected(['a', ' b']).text;
    expect(text && mapRows(sizesOf(1, 2), text)).toEqual([
      ['layer', 'position', 'token', 'size of r'],
      ['input', 0, 'a', 100],
      ['input', 1, '·b', 100],
    ]);
  });
});

describe('sinks', () => {
  test('are the positions far larger than the others, by their layer of the largest ratio', () => {
    const sizes = sizesOf(4, 9, (layer, position) =>
      position === 0 && layer > 1 ? 3000 * layer : position === 5 && layer === 3 ? 4000 : 100,
    );
    expect(sinksIn(sizes)).toEqual([
      { position: 0, layer: 3, here: 9000, others: 100 },
      { position: 5, layer: 3, here: 4000, others: 100 },
    ]);
  });

  test('are none in one token or among equals', () => {
    expect([sinksIn(sizesOf(3, 1)), sinksIn(sizesOf(3, 5)), sinksIn([])]).toEqual([[], [], []]);
    expect(sinksIn(sizesOf(3, 2, (_, position) => (position === 0 ? 9000 : 10)))).toHaveLength(1);
  });
});

describe('the dimensions of a residual in words', () => {
  const of = (value: number, share: number, median: number) => ({
    position: 0,
    layer: 12,
    size: Math.abs(value) / Math.sqrt(share),
    median,
    largest: [{ dimension: 507, value, share }],
  });

  test('name a massive activation', () => {
    expect(dimensionWords(of(-22_516.5, 0.9856, 45.28))).toBe(
      'Dimension 507 alone carries 98.6 % of the square of the size 22,680. Its value is 497 times the median of all dimensions: a massive activation.',
    );
  });

  test('say that there is none', () => {
    expect(dimensionWords(of(53.43, 0.281, 1.52))).toMatch(
      /^Dimension 507 has the largest share, 28\.1 % .* is 35 times the median of all dimensions\. None is a massive activation\.$/,
    );
    // Large, but not beside the others; and far above the others, but small.
    expect([isMassive({ dimension: 1, value: 400, share: 0.1 }, { median: 50 })]).toEqual([false]);
    expect([isMassive({ dimension: 1, value: 99, share: 0.1 }, { median: 0.01 })]).toEqual([false]);
    expect([isMassive({ dimension: 1, value: -400, share: 0.1 }, { median: 4 })]).toEqual([true]);
  });

  test('have a case for zeros', () => {
    expect(dimensionWords({ ...of(1, 1, 0), size: 0 })).toBe('This residual is zero in every dimension.');
    expect(dimensionWords(of(3, 1, 0))).toBe('Dimension 507 carries 100.0 % of the square of the size 3.000.');
  });
});
