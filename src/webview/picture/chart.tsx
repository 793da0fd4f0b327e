import type { ComponentChildren, SVGAttributes } from 'preact';
import { fixed, tickDecimals } from '../../shared/format';
import { useWidth } from '../parts/width';

interface FigureProps {
  readonly class?: string;
  /** Drawn once the width is known: pixels. */
  readonly children: (width: number) => ComponentChildren;
}

/** A box that its picture fills. */
export function Figure({ class: name = '', children }: FigureProps) {
  const { ref, width } = useWidth<HTMLDivElement>();
  return (
    <div class={`figure ${name}`.trim()} ref={ref}>
      {width > 0 && children(width)}
    </div>
  );
}

interface ChartProps extends Pick<SVGAttributes<SVGSVGElement>, 'onMouseMove' | 'onMouseLeave' | 'onClick'> {
  /** As in `data-picture`, if this is all of the picture. */
  readonly name?: string | undefined;
  /** Its name; or the id of the heading that names it. */
  readonly title?: string;
  readonly heading?: string;
  /** What it shows, for those who do not see it. */
  readonly summary?: string | null | undefined;
  readonly width: number;
  readonly height: number;
  readonly children: ComponentChildren;
}

/** The frame of a chart. */
export const Chart = ({ name, title, heading, summary, width, height, children, ...on }: ChartProps) => (
  <svg
    width={width}
    height={height}
    role="img"
    data-picture={name}
    aria-label={summary && title ? `${title}. ${summary}` : title}
    aria-labelledby={heading && `${heading} ${heading}-summary`}
    {...on}
  >
    {heading && <desc id={`${heading}-summary`}>{summary}</desc>}
    {children}
  </svg>
);

interface TicksProps {
  readonly ticks: readonly number[];
  /** By default as many decimals as tell the ticks apart. */
  readonly print?: ((tick: number) => string) | undefined;
}

const told = (ticks: readonly number[]) => (tick: number) => fixed(tick, tickDecimals(ticks));

interface LevelsProps extends TicksProps {
  readonly y: (tick: number) => number;
  /** Where the levels begin and end, pixels; their numbers stand before them. */
  readonly left: number;
  readonly right: number;
}

/** Level lines with their numbers. */
export const Levels = ({ ticks, print = told(ticks), y, left, right }: LevelsProps) => (
  <g class="guide">
    {ticks.map((tick) => (
      <>
        <line x1={left} x2={right} y1={y(tick)} y2={y(tick)} />
        <text x={left - 6} y={y(tick) + 4} text-anchor="end">
          {print(tick)}
        </text>
      </>
    ))}
  </g>
);

interface AxisProps extends TicksProps {
  readonly x: (tick: number) => number;
  /** The base line of the numbers, pixels. */
  readonly y: number;
  readonly width: number;
  /** Below the numbers, at their end. */
  readonly title?: string | undefined;
  readonly titleBelow?: number | undefined;
}

/** The numbers along an axis: those that fit. */
export const Axis = ({ ticks, print = told(ticks), x, y, width, title, titleBelow = 16 }: AxisProps) => (
  <g class="ticks">
    {namedTicks(
      ticks.map((tick) => ({ x: x(tick), name: print(tick) })),
      width,
    ).map(({ x: at, name }) => (
      <text x={at} y={y} text-anchor="middle">
        {name}
      </text>
    ))}
    {title && (
      <text x={width} y={y + titleBelow} text-anchor="end">
        {title}
      </text>
    )}
  </g>
);

export interface Tick {
  /** Its middle, pixels from the left. */
  readonly x: number;
  readonly name: string;
}

const characterWidth = 6.6;
const gap = 5;

/** The tick labels that fit: one that would touch the label before it is left out, one at an end is moved inside. */
export function namedTicks(ticks: readonly Tick[], width: number): readonly Tick[] {
  let taken = -Infinity;
  return ticks.flatMap(({ x, name }) => {
    const half = (name.length * characterWidth) / 2;
    const middle = Math.min(Math.max(x, half), width - half);
    if (middle - half < taken) return [];
    taken = middle + half + gap;
    return [{ x: middle, name }];
  });
}
