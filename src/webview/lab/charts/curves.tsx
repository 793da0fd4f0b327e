import { extent, max } from 'd3-array';
import { scaleLinear, scaleLog } from 'd3-scale';
import type { SizeSummary } from '../../../shared/engine';
import { fixed, tickDecimals } from '../../../shared/format';
import type { VocabularyToken } from '../../../shared/tokens';
import { tokenSpans } from '../../parts/text';

interface SizesProps {
  readonly width: number;
  readonly histogram: SizeSummary['histogram'];
  /** Sizes to mark below the axis. */
  readonly marked: readonly number[];
  /** The tokens with the smallest and the largest size. */
  readonly ends: readonly [smallest: VocabularyToken | undefined, largest: VocabularyToken | undefined];
  readonly axis: string;
}

const top = 22;
const sizesPlot = 70;

export const sizesHeight = top + sizesPlot + 40;

/** A histogram of the sizes of the vocabulary, with some of them marked. */
export function SizesChart({ width, histogram, marked, ends: [smallest, largest], axis }: SizesProps) {
  const { from, width: step, counts } = histogram;
  const x = scaleLinear([from, from + step * counts.length], [0, width]);
  const y = scaleLinear([0, max(counts) ?? 1], [0, sizesPlot]);
  const ground = top + sizesPlot;
  return (
    <g class="lab-sizes">
      {counts.map((many, bin) => (
        <rect
          x={x(from + bin * step)}
          width={Math.max((x(from + step) - x(from)) * 0.86, 0.5)}
          y={ground - y(many)}
          height={y(many)}
        />
      ))}
      <line class="axis" x1={0} x2={width} y1={ground + 0.5} y2={ground + 0.5} />
      {marked.map((size) => (
        <line class="ink" x1={x(size)} x2={x(size)} y1={ground + 1} y2={ground + 9} />
      ))}
      {smallest && (
        <text class="value mono" x={0} y={12}>
          {tokenSpans(smallest)}
        </text>
      )}
      {largest && (
        <text class="value mono" x={width} y={12} text-anchor="end">
          {tokenSpans(largest)}
        </text>
      )}
      <g class="ticks">
        {x.ticks(6).map((tick) => (
          <text
            x={x(tick)}
            y={ground + 22}
            text-anchor={x(tick) > width - 12 ? 'end' : x(tick) < 12 ? 'start' : 'middle'}
          >
            {fixed(tick, tickDecimals(x.ticks(6)))}
          </text>
        ))}
        <text x={width} y={ground + 37} text-anchor="end">
          {axis}
        </text>
      </g>
    </g>
  );
}

export interface LabCurve {
  readonly name: string;
  /** One for each step; null leaves a gap. */
  readonly values: readonly (number | null)[];
  readonly kind: 'first' | 'second' | 'third';
}

interface Axis {
  readonly log?: boolean;
  readonly ticks: readonly number[];
  readonly print: (value: number) => string;
}

interface CurvesProps {
  readonly width: number;
  readonly at: readonly number[];
  readonly curves: readonly LabCurve[];
  readonly x: Axis & { readonly name: string };
  readonly y: Axis & { readonly domain: readonly [number, number] };
  /** A mark on the x axis, with its name. */
  readonly now?: { readonly at: number; readonly name: string };
}

const roof = 16;
const plot = 116;
const left = 40;
const nameRoom = 158;
const narrow = 380;
/** In a narrow chart the names stand above the lines, one in each row. */
const legend = (width: number, curves: number): number => (width < narrow && curves > 1 ? curves * 15 + 6 : 0);

export const curvesHeight = (width: number, curves: number): number => legend(width, curves) + roof + plot + 40;

/** Lines over one axis, named at their ends. */
export function Curves({ width, at, curves, x: xAxis, y: yAxis, now }: CurvesProps) {
  const named = curves.length > 1;
  const above = legend(width, curves.length);
  const top = above + roof;
  const right = named && above === 0 ? nameRoom : 12;
  const [first = 0, last = 1] = extent(at);
  const x = (xAxis.log ? scaleLog : scaleLinear)([first, last], [left, width - right]);
  const y = (yAxis.log ? scaleLog : scaleLinear)(yAxis.domain, [top + plot, top]);
  const ground = top + plot;
  const ends = curves.map(({ values }) => y(values.at(-1) ?? yAxis.domain[0]));
  const names = apart(ends, 13, top, ground);
  const points = (values: LabCurve['values']) =>
    values.map((value, index) => (value === null ? null : { x: x(at[index] ?? first), y: y(value) }));
  const path = (values: LabCurve['values']): string =>
    points(values)
      .map((point, index, all) =>
        point ? `${all[index - 1] ? 'L' : 'M'}${point.x.toFixed(1)} ${point.y.toFixed(1)}` : '',
      )
      .join('');
  return (
    <>
      {yAxis.ticks.map((tick) => (
        <g class="guide">
          <line x1={left} x2={width - right} y1={y(tick)} y2={y(tick)} />
          <text x={left - 6} y={y(tick) + 4} text-anchor="end">
            {yAxis.print(tick)}
          </text>
        </g>
      ))}
      {now && (
        <g class="now">
          <line x1={x(now.at)} x2={x(now.at)} y1={top - 4} y2={ground} />
          <text x={x(now.at)} y={top - 7} text-anchor="middle">
            {now.name}
          </text>
        </g>
      )}
      {curves.map(({ values, kind }) => (
        <path class={kind} d={path(values)} />
      ))}
      {curves
        .filter(({ kind }) => kind === 'first')
        .map(({ values }) =>
          points(values).map((point) => point && <circle class="lab-point" cx={point.x} cy={point.y} r={2} />),
        )}
      {above > 0 &&
        curves.map(({ name, kind }, index) => (
          <g>
            <line class={kind} x1={0} x2={28} y1={index * 15 + 8} y2={index * 15 + 8} />
            <text class={`curve-name ${kind}`} x={36} y={index * 15 + 12}>
              {name}
            </text>
          </g>
        ))}
      {named &&
        above === 0 &&
        curves.map(({ name, kind }, index) => (
          <text class={`curve-name ${kind}`} x={width - right + 8} y={(names[index] ?? 0) + 4}>
            {name}
          </text>
        ))}
      <line class="axis" x1={left} x2={width - right} y1={ground + 0.5} y2={ground + 0.5} />
      <g class="ticks">
        {xAxis.ticks.map((tick) => (
          <text x={x(tick)} y={ground + 16} text-anchor="middle">
            {xAxis.print(tick)}
          </text>
        ))}
        <text x={width - right} y={ground + 32} text-anchor="end">
          {xAxis.name}
        </text>
      </g>
    </>
  );
}

/**
 * Moves places apart until there is `room` between any two, each as near as possible to the wanted place, and between
 * `least` and `most` if they fit.
 */
export function apart(wanted: readonly number[], room: number, least: number, most: number): readonly number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const places = [...wanted];
  let floor = least;
  for (const index of order) {
    places[index] = Math.max(places[index] ?? 0, floor);
    floor = (places[index] ?? 0) + room;
  }
  // Places beyond the lower end push the others back up.
  let ceiling = most;
  for (const index of order.reverse()) {
    places[index] = Math.min(places[index] ?? 0, ceiling);
    ceiling = (places[index] ?? 0) - room;
  }
  return places;
}
