import * as l10n from '@vscode/l10n';
import { useCallback, useState } from 'preact/hooks';
import type { Head, Pattern } from '../../shared/attention';
import { count, fixed } from '../../shared/format';
import type { TextView } from '../../shared/place';
import type { Actions } from '../actions';
import { shortPlace } from '../parts/place';
import { useInSight } from '../parts/sight';
import { Sentence } from '../parts/text';
import { useWidth } from '../parts/width';
import { tokenLabel, type Words, words } from '../parts/words';
import { CanvasGrid, inPixels } from '../picture/canvasGrid';
import { channelsOf } from '../picture/colour';
import { TakeAway } from '../picture/save';
import { Pending } from '../section';
import { headName } from './headWords';

interface PatternCell {
  readonly row: number;
  readonly column: number;
}

/** Rows, and columns, of the picture. */
export const patternRowCount = ({ positions, together }: Pattern): number => Math.ceil(positions / together);

/** The weight in a cell of the triangle: 0 … 1; 0 above the diagonal. */
export const weightAt = ({ cells }: Pattern, row: number, column: number): number =>
  column > row ? 0 : (cells[(row * (row + 1)) / 2 + column] ?? 0);

/** Pixels of the picture as RGBA: one colour, as opaque as the weight. Without the root, small weights would vanish. */
export function pixelsOf(pattern: Pattern, [red, green, blue]: readonly [number, number, number]): Uint8ClampedArray {
  const rows = patternRowCount(pattern);
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
  const rows = patternRowCount(pattern);
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
  const next = Math.max(0, Math.min(to[0], patternRowCount(pattern) - 1));
  return { row: next, column: Math.max(0, Math.min(to[1], next)) };
}

/** All cells for the clipboard: one row each, with positions from 1. */
export function patternTable(pattern: Pattern): readonly (readonly (string | number)[])[] {
  const { positions, together } = pattern;
  const first = (cell: number): number => cell * together + 1;
  const last = (cell: number): number => Math.min((cell + 1) * together, positions);
  const name = (cell: number): string | number => (together === 1 ? first(cell) : `${first(cell)}–${last(cell)}`);
  return [
    ['from', 'looks at', 'weight'],
    ...Array.from({ length: patternRowCount(pattern) }, (_, row) =>
      Array.from({ length: row + 1 }, (__, column) => [name(row), name(column), weightAt(pattern, row, column)]),
    ).flat(),
  ];
}

/** CSS pixels of the picture's side, and of a cell where there are few. */
const largest = 320;
const cellSide = 18;

interface PatternProps {
  readonly head: Head;
  readonly pattern: Pattern | null;
  readonly position: number;
  readonly text: TextView;
  readonly act: Actions;
}

/** The attention of a head between all positions, computed while it is in sight. */
export function PatternPicture({ head, pattern, position, text, act }: PatternProps) {
  const sight = useInSight<HTMLDivElement>((isInSight) => act.see({ pattern: isInSight }));
  const known = pattern && pattern.layer === head.layer && pattern.head === head.head ? pattern : null;
  return (
    <div ref={sight} class="pattern above">
      {known && (
        <div class="row">
          <TakeAway
            picture="pattern"
            title={l10n.t('{0}, all positions', headName(known.layer, known.head))}
            tables={() => [patternTable(known)]}
          />
        </div>
      )}
      {known ? <Triangle pattern={known} position={position} text={text} /> : <Pending>{l10n.t('Computing.')}</Pending>}
    </div>
  );
}

interface TriangleProps extends Pick<PatternProps, 'position' | 'text'> {
  readonly pattern: Pattern;
}

/** The cell under the mouse or the focus in words. */
function cellWords(pattern: Pattern, at: PatternCell, text: TextView): Words {
  const { together, positions } = pattern;
  const share = fixed(weightAt(pattern, at.row, at.column), 2);
  const [from, to] = [text.tokens[at.row], text.tokens[at.column]];
  if (together === 1 && from && to)
    return words(
      l10n.t('{0} ({1}) looks at {2} ({3}): {4}.'),
      from,
      shortPlace(text, at.row),
      to,
      shortPlace(text, at.column),
      share,
    );
  const range = (cell: number): string => `${cell * together + 1}–${Math.min((cell + 1) * together, positions)}`;
  return [l10n.t('Positions {0} look at {1}: {2} on average.', range(at.row), range(at.column), share)];
}

/** The same for a screen reader. */
const cellLabel = (pattern: Pattern, at: PatternCell, text: TextView): string =>
  cellWords(pattern, at, text)
    .map((word) => (typeof word === 'string' ? word : tokenLabel(word)))
    .join('');

/** How the picture is read. */
function readingWords({ together }: Pattern): string {
  const basic = l10n.t(
    'Each row is a position, each column a position that it looks at. The row in a frame is the chosen position. Colour grows with the square root of the weight.',
  );
  return together === 1
    ? basic
    : `${basic} ${l10n.t('The text is long, so each row and column is the mean of {0} positions.', count(together))}`;
}

function Triangle({ pattern, position, text }: TriangleProps) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<PatternCell | null>(null);
  const rows = patternRowCount(pattern);
  const side = Math.min(width, largest, Math.max(rows * cellSide, 90));
  const paint = useCallback(
    (canvas: HTMLCanvasElement) => {
      const context = canvas.getContext('2d');
      if (!context) return;
      [canvas.width, canvas.height] = [rows, rows];
      const image = context.createImageData(rows, rows);
      image.data.set(pixelsOf(pattern, channelsOf(getComputedStyle(canvas).color)));
      context.putImageData(image, 0, 0);
    },
    [pattern],
  );
  const row = Math.floor(position / pattern.together);
  const each = side / rows;
  return (
    <div ref={ref} class="above">
      {side > 0 && (
        <div class="pattern-picture" data-picture="pattern">
          <CanvasGrid
            width={side}
            height={side}
            paint={paint}
            labelledBy="pattern-title"
            describedBy="pattern-reading"
            start={{ row, column: 0 }}
            step={(key, cell) => cellStep(pattern, key, cell)}
            under={(x, y) => cellAt(pattern, x / side, y / side)}
            box={(cell) => ({ left: cell.column * each, top: cell.row * each, width: each, height: each })}
            label={(cell) => cellLabel(pattern, cell, text)}
            value={(cell) => weightAt(pattern, cell.row, cell.column)}
            onPoint={setAt}
          >
            <div
              class="pattern-row"
              style={inPixels({ left: 0, top: row * each, width: (row + 1) * each, height: each })}
            />
          </CanvasGrid>
        </div>
      )}
      <p class="note pattern-reading" id="pattern-reading">
        {at ? <Sentence words={cellWords(pattern, at, text)} /> : readingWords(pattern)}
      </p>
    </div>
  );
}
