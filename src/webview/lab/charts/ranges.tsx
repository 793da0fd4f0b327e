import { scaleLinear } from 'd3-scale';
import { degrees } from '../../../shared/format';

export interface Range {
  readonly label: string;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  /** The value, printed at the end of the range. */
  readonly text: string;
}

const row = 40;
const top = 4;

export const rangesHeight = (count: number): number => top + count * row + 26;

/** Angles from the smallest to the largest, with a dot at the mean. The axis ends at 90° or 180°. */
export function Ranges({ ranges, width }: { readonly ranges: readonly Range[]; readonly width: number }) {
  const last = Math.max(...ranges.map(({ max }) => max)) > 90 ? 180 : 90;
  const x = scaleLinear([0, last], [4, width - 16]);
  const bottom = top + ranges.length * row;
  return (
    <>
      {[0, last / 3, (2 * last) / 3, last].map((tick) => (
        <g class="guide">
          <line x1={x(tick)} x2={x(tick)} y1={top} y2={bottom} />
          <text x={x(tick)} y={bottom + 16} text-anchor={tick === 0 ? 'start' : tick === last ? 'end' : 'middle'}>
            {degrees(tick)}
          </text>
        </g>
      ))}
      {ranges.map(({ label, min, mean, max, text }, index) => {
        const y = top + index * row + 26;
        return (
          <g class="lab-mark">
            <text x={x(0) + 4} y={y - 10}>
              {label}
            </text>
            <line class="range" x1={x(min)} x2={x(max)} y1={y} y2={y} />
            <circle cx={x(mean)} cy={y} r={4} />
            <text class="value" x={Math.max(x(max), x(mean)) + 9} y={y + 4}>
              {text}
            </text>
          </g>
        );
      })}
    </>
  );
}
