import { scaleLinear, scaleLog } from 'd3-scale';
import { Axis } from '../../picture/chart';

export interface LabRow {
  /** Absent for a row that belongs to the one before it, empty for a row without a name. */
  readonly label?: string;
  /** ≥ 0; a logarithmic axis has no 0, so it stands at its left end. */
  readonly value: number;
  readonly text: string;
  /** A line from one value to another, for a dot. */
  readonly range?: readonly [from: number, to: number];
  /** The second of a pair is paler. */
  readonly isSecond?: boolean;
}

interface RowsProps {
  readonly width: number;
  readonly rows: readonly LabRow[];
  /** Bars begin at 0. */
  readonly mark: 'bar' | 'dot';
  readonly domain: readonly [number, number];
  readonly log?: boolean;
  readonly ticks?: readonly number[];
  readonly print?: (tick: number) => string;
  /** A line across all rows, with its name. */
  readonly guide?: { readonly value: number; readonly text: string };
}

const line = 16;
const gap = 8;
const roof = 18;
const labelRoom = 170;
// Bars need room for “100.0 % mean of 1,000 tokens”.
const valueRoom = { bar: 184, dot: 90 };
const numberRoom = 60;
const narrow = 480;

/** The top of each row, and of what follows them: pixels. In a narrow chart labels stand above their rows. */
function tops({ rows, guide }: Pick<RowsProps, 'rows' | 'guide'>, width: number): readonly number[] {
  const places = [guide ? roof : 4];
  for (const [at, next] of [...rows.slice(1), null].entries()) {
    const above = rows[at]?.label && width < narrow ? line : 0;
    places.push((places[at] ?? 0) + above + line + (next?.label === undefined ? 0 : gap));
  }
  return places;
}

/** Where a mark's number begins: after a line that would run through the number. */
const beyond = (end: number, line: number | undefined): number =>
  line !== undefined && line > end && line < end + numberRoom ? line : end;

export const rowsHeight = (props: Omit<RowsProps, 'width'>, width: number): number =>
  (tops(props, width).at(-1) ?? 0) + (props.print ? 28 : 0);

/** Bars or dots on one axis, one in each row. */
export function Rows({ width, rows, mark, domain, log = false, ticks = [], print, guide }: RowsProps) {
  const isNarrow = width < narrow;
  const [left, right] = [isNarrow ? 0 : labelRoom, width - valueRoom[mark]];
  const x = (log ? scaleLog : scaleLinear)(domain, [mark === 'dot' ? left + 6 : left, right]).clamp(true);
  const places = tops({ rows, ...(guide && { guide }) }, width);
  const [top = 0, bottom = 0] = [places[0], places.at(-1)];
  const across = (value: number) => ({ x1: x(value), x2: x(value), y1: top, y2: bottom });
  return (
    <>
      <g class="guide">
        {ticks.map((tick) => (
          <line {...across(tick)} />
        ))}
      </g>
      {guide && (
        <g class="second">
          <line {...across(guide.value)} />
          <text x={x(guide.value)} y={top - 6} text-anchor={x(guide.value) < left + 60 ? 'start' : 'middle'}>
            {guide.text}
          </text>
        </g>
      )}
      {rows.map(({ label, value, text, range, isSecond }, index) => {
        const y = (places[index] ?? 0) + (isNarrow && label ? line : 0);
        const at = log && value <= 0 ? left + 6 : x(value);
        const end = Math.max(at, x(range?.[1] ?? domain[0]));
        return (
          <g class={isSecond ? 'second' : 'ink'}>
            <text x={0} y={isNarrow ? y - 4 : y + 10}>
              {label}
            </text>
            {mark === 'bar' ? (
              <rect x={left} y={y + 1} width={Math.max(at - left, value > 0 ? 1 : 0)} height={9} />
            ) : (
              <>
                {range && <line class="range" x1={x(range[0])} x2={x(range[1])} y1={y + 6} y2={y + 6} />}
                <circle cx={at} cy={y + 6} r={4} class={log && value <= 0 ? 'none' : ''} />
              </>
            )}
            <text class="value" x={beyond(end, guide && x(guide.value)) + (mark === 'bar' ? 6 : 9)} y={y + 10}>
              {text}
            </text>
          </g>
        );
      })}
      {print && <Axis ticks={ticks} print={print} x={x} y={bottom + 16} width={width} />}
    </>
  );
}
