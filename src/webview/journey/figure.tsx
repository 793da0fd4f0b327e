import type { ComponentChildren } from 'preact';
import { headHeight, layerAt, rowHeight, rowMiddle, rowTop } from './geometry';

/** What the pictures have in common: the same rows, one of which may be lit. */
export interface Rows {
  readonly residuals: number;
  readonly lit: number | null;
  readonly onLight: (layer: number | null) => void;
  /** A layer was clicked. */
  readonly onTake: (layer: number) => void;
}

interface FigureProps {
  readonly id: string;
  readonly width: number;
  readonly rows: Rows;
  readonly title: ComponentChildren;
  /** Two lines below the title. */
  readonly notes: readonly ComponentChildren[];
  readonly summary: string;
  /** Pixels below the rows. */
  readonly below?: number;
  readonly children: ComponentChildren;
}

/** One picture of all layers: words, an axis, one row a layer. */
export function Figure({
  id,
  width,
  rows: { residuals, lit, onLight, onTake },
  title,
  notes,
  summary,
  below = 0,
  children,
}: FigureProps) {
  const layerOf = (event: MouseEvent): number | null =>
    event.currentTarget instanceof Element
      ? layerAt(event.clientY - event.currentTarget.getBoundingClientRect().top, residuals)
      : null;
  const onClick = (event: MouseEvent): void => {
    const layer = layerOf(event);
    if (layer !== null) onTake(layer);
  };
  return (
    <div class="journey-figure" style={{ width: `${width}px` }}>
      <div class="journey-head" style={{ height: `${headHeight}px` }}>
        <h3 id={`journey-${id}`}>{title}</h3>
        {notes.map((note) => (
          <div class="journey-note">{note}</div>
        ))}
      </div>
      <svg
        width={width}
        height={rowTop(residuals) + below}
        role="img"
        aria-labelledby={`journey-${id} journey-${id}-summary`}
        onMouseMove={(event) => onLight(layerOf(event))}
        onClick={onClick}
      >
        <desc id={`journey-${id}-summary`}>{summary}</desc>
        <rect class="sense" width={width} y={rowTop(0)} height={residuals * rowHeight} />
        {lit !== null && <rect class="lit-row" width={width} y={rowTop(lit)} height={rowHeight} />}
        {children}
      </svg>
    </div>
  );
}

interface AxisProps {
  /** A value's place, pixels from the left. */
  readonly x: (value: number) => number;
  readonly ticks: readonly number[];
  readonly name: (value: number) => string;
  readonly width: number;
  readonly residuals: number;
  /** The tick that parts the two sides. */
  readonly middle?: number;
}

/** The ticks above the rows, with guides through all of them. */
export const TopAxis = ({ x, ticks, name, width, residuals, middle }: AxisProps) => (
  <g class="ticks guide">
    {ticks.map((tick) => (
      <line class={tick === middle ? 'middle' : ''} x1={x(tick)} x2={x(tick)} y1={rowTop(0)} y2={rowTop(residuals)} />
    ))}
    {namedTicks(
      ticks.map((tick) => ({ x: x(tick), name: name(tick) })),
      width,
    ).map(({ x: at, name: said }) => (
      <text x={at} y={rowTop(0) - 4} text-anchor="middle">
        {said}
      </text>
    ))}
  </g>
);

/** A line down the layers, through the middle of each row from `first` on; past what is not known. */
export const downwards = (values: readonly number[], x: (value: number) => number, first = 0): string =>
  values
    .slice(first)
    .flatMap((value, index) => (Number.isFinite(value) ? [`${x(value).toFixed(1)},${rowMiddle(first + index)}`] : []))
    .join(' ');

/** A tick and its name, in pixels from the left. */
export interface Tick {
  /** Middle of the name. */
  readonly x: number;
  readonly name: string;
}

const characterWidth = 6.6;
const between = 5;

/**
 * The ticks that can be named on an axis `width` pixels long: a name that would touch the one before it is left out,
 * one at an end is moved inside.
 */
export function namedTicks(ticks: readonly Tick[], width: number): readonly Tick[] {
  let taken = -Infinity;
  return ticks.flatMap(({ x, name }) => {
    const half = (name.length * characterWidth) / 2;
    const middle = Math.min(Math.max(x, half), width - half);
    if (middle - half < taken) return [];
    taken = middle + half + between;
    return [{ x: middle, name }];
  });
}
