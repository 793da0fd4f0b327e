import { max } from 'd3-array';
import { scaleLinear } from 'd3-scale';

interface ColumnsProps {
  readonly width: number;
  /** ≥ 0. */
  readonly values: readonly number[];
  readonly print: (value: number) => string;
  /** Names below the first and the last column. */
  readonly ends: readonly [string, string];
  /** Name below the middle. */
  readonly axis: string;
  /** A line at the value of each column if all were equal, with its name. */
  readonly even?: { readonly value: number; readonly text: string };
}

const top = 18;
const plot = 120;

export const columnsHeight = top + plot + 36;

const lineHeight = 13;

/**
 * Where a line's name stands: above the line and the values of the columns there, or below the line if that is too
 * high. Pixels.
 */
function clearOf(texts: readonly number[], line: number): number {
  let at = line - 5;
  for (const text of [...texts].sort((a, b) => b - a)) if (Math.abs(text - at) < lineHeight) at = text - lineHeight;
  return at < 9 ? line + lineHeight : at;
}

/** Columns from 0 up, with their values; in a narrow chart only the first and the last have theirs. */
export function Columns({ width, values, print, ends, axis, even }: ColumnsProps) {
  const highest = Math.max(max(values) ?? 0, even?.value ?? 0);
  const y = scaleLinear([0, highest || 1], [top + plot, top]);
  const step = width / values.length;
  const roomy = step > 40;
  const printed = values.map((_, index) => roomy || index === 0 || index === values.length - 1);
  const firstTexts = [0, 1].filter((index) => printed[index]).map((index) => y(values[index] ?? 0) - 5);
  return (
    <>
      {even && (
        <g class="even">
          <line x1={0} x2={width} y1={y(even.value)} y2={y(even.value)} />
          <text class="line-name" x={0} y={clearOf(firstTexts, y(even.value))}>
            {even.text}
          </text>
        </g>
      )}
      {values.map((value, index) => (
        <g class="lab-columns">
          <rect x={index * step + step * 0.1} width={step * 0.8} y={y(value)} height={top + plot - y(value)} />
          {printed[index] && (
            <text
              class="value"
              x={(index + 0.5) * step}
              y={y(value) - 5}
              text-anchor={roomy ? 'middle' : index === 0 ? 'start' : 'end'}
              dx={roomy ? 0 : index === 0 ? -step * 0.4 : step * 0.4}
            >
              {print(value)}
            </text>
          )}
        </g>
      ))}
      <line class="axis" x1={0} x2={width} y1={top + plot + 0.5} y2={top + plot + 0.5} />
      <text x={0} y={top + plot + 15}>
        {ends[0]}
      </text>
      <text x={width} y={top + plot + 15} text-anchor="end">
        {ends[1]}
      </text>
      <text x={width / 2} y={top + plot + 30} text-anchor="middle">
        {axis}
      </text>
    </>
  );
}
