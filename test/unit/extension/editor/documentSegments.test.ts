import { expect, it } from 'vitest';
import {
  around,
  documentSegments,
  drawnPart,
  quantityOf,
} from '../../../../src/extension/editor/marks/documentSegments';
import { emptyState } from '../../../../src/extension/inspection/views';
import { initialOptions } from '../../support/manifest';

/** Four tokens of two characters behind one that the model adds; the last is not measured yet. */
const measured = {
  tokens: {
    ids: Int32Array.of(0, 1, 2, 3, 4),
    starts: Uint32Array.of(0, 0, 2, 4, 6),
    ends: Uint32Array.of(0, 2, 4, 6, 8),
    sizes: Float32Array.of(90, 1, 2, 3, 2),
    added: 1,
    control: [],
    contextLength: 8,
  },
  window: 8,
  measured: 4,
  surprisal: Float64Array.of(NaN, 1, 5, 10, NaN),
  entropy: Float64Array.of(50, 4, 2, 0, NaN),
  expected: [],
};
const places = measured.tokens;
const levels = (quantity: Parameters<typeof documentSegments>[1]) =>
  documentSegments({ measured, places }, quantity, [{ start: 0, end: 8 }]).map(({ level }) => level);

it('are coloured from 0, or the least size, to the largest that is known; what the model adds does not count', () => {
  expect(levels('surprisal')).toEqual([1, 3, 5, 0]);
  expect(levels('entropy')).toEqual([5, 3, 0, 0]);
  expect(levels('size')).toEqual([0, 3, 5, 3]);
  expect(levels(null)).toEqual([0, 0, 0, 0]);
});

it('are those of the tokens in sight, where they stand now', () => {
  const moved = { starts: Uint32Array.of(0, 0, 2, 7, 9), ends: Uint32Array.of(0, 2, 2, 9, 11) };
  const found = (start: number, end: number, origin = 0) =>
    documentSegments({ measured, places: moved }, null, [{ start, end }], origin).map((one) => [one.start, one.end]);
  expect(found(0, 20)).toEqual([
    [0, 2],
    [7, 9],
    [9, 11],
  ]);
  expect(found(3, 4, 5)).toEqual([[2, 4]]);
  expect(found(3, 7)).toEqual([]);
});

it('are drawn as far as the editor draws a long line, and once where lines are folded between', () => {
  const count = 6000;
  const starts = Uint32Array.from({ length: count }, (_, i) => 4 * i);
  const long = { starts, ends: starts.map((start) => start + 4) };
  const found = (...lines: readonly (readonly [number, number])[]) => {
    const drawn = lines.map(([start, end], number) => drawnPart({ number, start, end }));
    return documentSegments({ measured, places: long }, null, drawn).map(({ start }) => start / 4);
  };
  const upTo = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
  expect(found([0, 23_000], [23_002, 23_010])).toEqual([...upTo(0, 2500), 5750, 5751, 5752]);
  expect(found([0, 3], [5, 8], [100, 102])).toEqual([0, 1, 25]);
  expect(found([0, 5], [7, 8])).toEqual([0, 1]);
});

it('stay out of a text that has marks of its own', () => {
  const segment = (start: number, end: number) => ({ start, end, level: 0 as const });
  const own = [segment(0, 3), segment(3, 5)];
  expect(around([segment(-4, -1), segment(-1, 1), segment(2, 4), segment(4, 7), segment(7, 8)], own, 5)).toEqual([
    segment(-4, -1),
    segment(-1, 0),
    ...own,
    segment(5, 7),
    segment(7, 8),
  ]);
});

it('show the surprisal for a colouring that only an inspected text has', () => {
  const state = emptyState(initialOptions);
  const by = (colouring: typeof initialOptions.colouring) =>
    quantityOf({ ...state, options: { ...state.options, colouring } });
  expect([by('size'), by('entropy'), by('attention'), by('difference'), by('none')]).toEqual([
    ...['size', 'entropy', 'surprisal', 'surprisal'],
    null,
  ]);
});
