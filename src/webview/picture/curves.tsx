import { extent } from 'd3-array';
import { scaleLinear, scaleLog } from 'd3-scale';
import { Axis, Levels } from './chart';

export interface LabCurve {
  readonly name: string;
  /** One for each step; null leaves a gap. */
  readonly values: readonly (number | null)[];
  readonly kind: 'first' | 'second' | 'third';
}

interface CurveAxis {
  readonly log?: boolean;
  readonly ticks: readonly number[];
  readonly print: (value: number) => string;
}

interface CurvesProps {
  readonly width: number;
  readonly at: readonly number[];
  readonly curves: readonly LabCurve[];
  readonly x: CurveAxis & { readonly name: string };
  readonly y: CurveAxis & { readonly domain: readonly [number, number] };
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
      <Levels ticks={yAxis.ticks} print={yAxis.print} y={y} left={left} right={width - right} />
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
      <Axis ticks={xAxis.ticks} print={xAxis.print} x={x} y={ground + 16} width={width - right} title={xAxis.name} />
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
