import { descending, median, range } from 'd3-array';
import { scaleLog } from 'd3-scale';
import { type Channels, channelsOf } from '../../picture/colour';
import { sinkRatio, type Sink } from '../sizes';

/** Steps of the colour. */
const steps = 64;

/** Colours from `none` to `full`. */
const ramp = (none: Channels, full: Channels): readonly string[] =>
  Array.from({ length: steps }, (_, step) => {
    const share = step / (steps - 1);
    const mixed = none.map((value, part) => Math.round(value + share * ((full[part] ?? value) - value)));
    return `rgb(${mixed.join(', ')})`;
  });

/** Paints the map. */
export function paintMap(
  canvas: HTMLCanvasElement,
  form: MapForm,
  sizes: MapSizes,
  domain: readonly [number, number],
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const style = getComputedStyle(canvas);
  const colours = ramp(channelsOf(style.backgroundColor, [0, 0, 0]), channelsOf(style.color));
  const strength = strengthIn(domain);
  const columns = mapColumns(form);
  // One pixel of the canvas is one of the page: edges stay sharp, and a saved picture has the same cells.
  canvas.width = form.width;
  canvas.height = form.layers * form.rowHeight;
  sizes.forEach((row, layer) => {
    for (const column of columns) {
      const size = row[largestIn(row, column)] ?? 0;
      context.fillStyle = colours[Math.round(strength(size) * (steps - 1))] ?? '';
      context.fillRect(column.left, layer * form.rowHeight, column.right - column.left, form.rowHeight);
    }
  });
}

/** Sizes by layer, then position. */
export type MapSizes = readonly ArrayLike<number>[];

/** A residual. Layer 0 stands for the one before the first layer. */
export interface MapCell {
  readonly position: number;
  readonly layer: number;
}

/** How the map is drawn: pixels. */
export interface MapForm {
  readonly positions: number;
  readonly layers: number;
  readonly width: number;
  readonly rowHeight: number;
}

/** A short text does not fill the room. */
const widestColumn = 56;
const heightOfRows = 300;

export function mapForm(sizes: MapSizes, room: number): MapForm {
  const [layers, positions] = [sizes.length, sizes[0]?.length ?? 0];
  return {
    positions,
    layers,
    width: Math.max(1, Math.min(room, positions * widestColumn)),
    rowHeight: Math.max(3, Math.min(10, Math.floor(heightOfRows / Math.max(1, layers)))),
  };
}

/** The columns of pixels: each shows one position or, if they do not all fit, the largest residual of several. */
export interface MapColumn {
  readonly left: number;
  readonly right: number;
  /** Positions from `from` on, before `to`. */
  readonly from: number;
  readonly to: number;
}

export function mapColumns({ positions, width }: MapForm): readonly MapColumn[] {
  if (positions <= width)
    return range(positions).map((from) => ({ ...edges(from, positions, width), from, to: from + 1 }));
  return range(width).map((left) => ({
    left,
    right: left + 1,
    from: Math.floor((left * positions) / width),
    to: Math.floor(((left + 1) * positions) / width),
  }));
}

const edges = (position: number, positions: number, width: number) => ({
  left: Math.round((position * width) / positions),
  right: Math.round(((position + 1) * width) / positions),
});

/** The place of a cell: at least one pixel wide. */
export function cellBox({ positions, width, rowHeight }: MapForm, { position, layer }: MapCell) {
  const { left, right } = edges(position, positions, width);
  return { left, top: layer * rowHeight, width: Math.max(right - left, 1), height: rowHeight };
}

/** The position of a column with the largest residual. */
export function largestIn(row: ArrayLike<number> | undefined, { from, to }: MapColumn): number {
  let best = from;
  for (let position = from + 1; position < to; position++)
    if ((row?.[position] ?? 0) > (row?.[best] ?? 0)) best = position;
  return best;
}

/** The cell at a point of the map; `null` outside. */
export function cellUnder(form: MapForm, sizes: MapSizes, x: number, y: number): MapCell | null {
  const layer = Math.floor(y / form.rowHeight);
  if (x < 0 || x >= form.width || layer < 0 || layer >= form.layers || form.positions === 0) return null;
  const column = mapColumns(form).find(({ right }) => x < right);
  return column ? { layer, position: largestIn(sizes[layer], column) } : null;
}

/** Strength of the colour, 0 … 1, by the logarithm of the size. A residual of zeros has none. */
export function strengthIn(domain: readonly [number, number]): (size: number) => number {
  const scale = scaleLog(domain, [0, 1]).clamp(true);
  return (size) => (size > 0 ? scale(size) : 0);
}

/** The cell that a key leads to; `null` for other keys. */
export function mapStep(key: string, { position, layer }: MapCell, { positions, layers }: MapForm): MapCell | null {
  const steps: Readonly<Record<string, readonly [position: number, layer: number]>> = {
    ArrowRight: [position + 1, layer],
    ArrowLeft: [position - 1, layer],
    ArrowDown: [position, layer + 1],
    ArrowUp: [position, layer - 1],
    Home: [0, layer],
    End: [positions - 1, layer],
    PageUp: [position, 0],
    PageDown: [position, layers - 1],
  };
  const to = steps[key];
  return to
    ? { position: Math.max(0, Math.min(to[0], positions - 1)), layer: Math.max(0, Math.min(to[1], layers - 1)) }
    : null;
}

/** Sinks that are named. */
const mostSinks = 4;

/** The positions whose residual is far larger than the median of the others at some layer, the largest ratio first. */
export function sinksIn(sizes: MapSizes): readonly Sink[] {
  const best = new Map<number, Sink & { readonly ratio: number }>();
  sizes.forEach((sizesThere, layer) => {
    const row = Array.from(sizesThere);
    const largest = range(row.length).sort((a, b) => descending(row[a], row[b]));
    for (const position of largest.slice(0, mostSinks)) {
      const others = median(row.filter((_, index) => index !== position));
      const here = row[position] ?? 0;
      const ratio = others ? here / others : 0;
      if (ratio < sinkRatio || ratio <= (best.get(position)?.ratio ?? 0)) continue;
      best.set(position, { position, layer, here, others: others ?? 0, ratio });
    }
  });
  return [...best.values()]
    .sort((a, b) => b.ratio - a.ratio)
    .slice(0, mostSinks)
    .map(({ ratio: _, ...sink }) => sink);
}

/** Positions with a label below the map, at round steps of at least `room` pixels. */
export function labelledPositions({ positions, width }: MapForm, room = 34): readonly number[] {
  const each = width / Math.max(1, positions);
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000].find((count) => count * each >= room) ?? 10_000;
  return range(0, positions, step);
}
