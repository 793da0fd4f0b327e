import { range } from 'd3-array';
import { scaleLog } from 'd3-scale';
import { powerOfTen } from '../../../shared/format';

export interface Mark {
  readonly label: string;
  /** ≥ 0; a logarithmic axis has no 0, so it stands at the left end. */
  readonly value: number;
  readonly text: string;
}

interface MarksProps {
  readonly width: number;
  readonly marks: readonly Mark[];
  /** Both are powers of ten. */
  readonly domain: readonly [number, number];
  /** A line across all rows, with its name. */
  readonly guide: { readonly value: number; readonly text: string };
}

const row = 24;
const top = 18;
const narrow = 480;
const labelRoom = 170;

export const marksHeight = (count: number): number => top + count * row + 30;

/** Marks on one logarithmic axis, one in each row. */
export function Marks({ width, marks, domain, guide }: MarksProps) {
  const left = width < narrow ? 0 : labelRoom;
  const right = 12;
  const x = scaleLog(domain, [left + 6, width - right]).clamp(true);
  const bottom = top + marks.length * row;
  const [from, to] = [Math.round(Math.log10(domain[0])), Math.round(Math.log10(domain[1]))];
  const every = width < narrow ? 6 : 3;
  const ticks = range(from, to + 1).filter((exponent) => exponent % every === 0);
  return (
    <>
      <g class="guide">
        <line x1={x(guide.value)} x2={x(guide.value)} y1={top - 4} y2={bottom} />
        <text x={x(guide.value)} y={top - 8} text-anchor={x(guide.value) < left + 60 ? 'start' : 'middle'}>
          {guide.text}
        </text>
      </g>
      {marks.map(({ label, value, text }, index) => {
        const y = top + index * row + 14;
        const at = value > 0 ? x(value) : left + 6;
        const before = at > width - right - 90;
        return (
          <g class="lab-mark">
            <line class="track" x1={left} x2={width} y1={y + 0.5} y2={y + 0.5} />
            {left > 0 && (
              <text x={0} y={y + 4}>
                {label}
              </text>
            )}
            <circle cx={at} cy={y + 0.5} r={4} class={value > 0 ? '' : 'none'} />
            <text class="value" x={before ? at - 9 : at + 9} y={y + 4} text-anchor={before ? 'end' : 'start'}>
              {left > 0 ? text : `${label} ${text}`}
            </text>
          </g>
        );
      })}
      <g class="ticks">
        {ticks.map((exponent) => (
          <text
            x={x(10 ** exponent)}
            y={bottom + 20}
            text-anchor={exponent === to ? 'end' : exponent === from ? 'start' : 'middle'}
          >
            {powerOfTen(exponent)}
          </text>
        ))}
      </g>
    </>
  );
}
