import { percent } from '../../../shared/format';
import type { Interval } from '../../../shared/lab';

/** Both ends of an interval in per cent. */
export const rangeOf = ({ low, high }: Interval): readonly [low: string, high: string] => [
  percent(100 * low),
  percent(100 * high),
];

type Place = number | string;

interface ErrorBarProps {
  /** Along the bar: the ends of the interval, and between them the end of the bar. Pixels, or shares in per cent. */
  readonly from: Place;
  readonly end: Place;
  readonly to: Place;
  /** The middle of the bar's thickness, pixels. */
  readonly middle: number;
  readonly upright?: boolean;
}

/** Half the length of the strokes across the ends, pixels. Every bar is thick enough for a whole stroke. */
const half = 3;

/** An interval around the end of a bar: a line with a stroke across each end, light on the bar and dark beyond it. */
export function ErrorBar({ from, end, to, middle, upright = false }: ErrorBarProps) {
  const line = (start: Place, stop: Place, near: number, far: number) =>
    upright ? <line y1={start} y2={stop} x1={near} x2={far} /> : <line x1={start} x2={stop} y1={near} y2={far} />;
  const part = (kind: 'inside' | 'beyond', outer: Place) =>
    outer !== end && (
      <g class={kind}>
        {line(end, outer, middle, middle)}
        {line(outer, outer, middle - half, middle + half)}
      </g>
    );
  return (
    <g class="lab-error">
      {part('inside', from)}
      {part('beyond', to)}
    </g>
  );
}
