import type { Pattern } from '../../shared/attention';

export interface PatternCell {
  readonly row: number;
  readonly column: number;
}

/** Rows, and columns, of the picture. */
export const rowsOf = ({ positions, together }: Pattern): number => Math.ceil(positions / together);

/** The weight in a cell of the triangle: 0 … 1; 0 above the diagonal. */
export const weightAt = ({ cells }: Pattern, row: number, column: number): number =>
  column > row ? 0 : (cells[(row * (row + 1)) / 2 + column] ?? 0);

/** Pixels of the picture as RGBA: one colour, as opaque as the weight. Without the root, small weights would vanish. */
export function pixelsOf(pattern: Pattern, [red, green, blue]: readonly [number, number, number]): Uint8ClampedArray {
  const rows = rowsOf(pattern);
  const pixels = new Uint8ClampedArray(4 * rows * rows);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column <= row; column++)
      pixels.set([red, green, blue, opacity(weightAt(pattern, row, column))], 4 * (row * rows + column));
  return pixels;
}

/** A weight of 0 still shows where the triangle is. */
const least = 16;
const opacity = (weight: number): number => Math.round(least + (255 - least) * Math.sqrt(weight));

/** The cell at a point of the picture, by its share of the width and height: 0 … 1. `null` above the diagonal. */
export function cellAt(pattern: Pattern, x: number, y: number): PatternCell | null {
  const rows = rowsOf(pattern);
  const [row, column] = [Math.floor(y * rows), Math.floor(x * rows)];
  return row >= 0 && row < rows && column >= 0 && column <= row ? { row, column } : null;
}

/** The cell that a key leads to. `null` for other keys. Beyond an edge it stays. */
export function cellStep(pattern: Pattern, key: string, { row, column }: PatternCell): PatternCell | null {
  const steps: Readonly<Record<string, readonly [row: number, column: number]>> = {
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    Home: [row, 0],
    End: [row, row],
  };
  const to = steps[key];
  if (!to) return null;
  const next = Math.max(0, Math.min(to[0], rowsOf(pattern) - 1));
  return { row: next, column: Math.max(0, Math.min(to[1], next)) };
}

/** All cells for the clipboard: one row each, with positions from 1. */
export function patternRows(pattern: Pattern): readonly (readonly (string | number)[])[] {
  const { positions, together } = pattern;
  const first = (cell: number): number => cell * together + 1;
  const last = (cell: number): number => Math.min((cell + 1) * together, positions);
  const name = (cell: number): string | number => (together === 1 ? first(cell) : `${first(cell)}–${last(cell)}`);
  return [
    ['from', 'looks at', 'weight'],
    ...Array.from({ length: rowsOf(pattern) }, (_, row) =>
      Array.from({ length: row + 1 }, (__, column) => [name(row), name(column), weightAt(pattern, row, column)]),
    ).flat(),
  ];
}
