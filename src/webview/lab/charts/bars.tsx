interface Bar {
  /** 0 … 1. */
  readonly share: number;
  /** The value, printed at the end of the bar. */
  readonly text: string;
  /** The second of a pair is paler. */
  readonly second?: boolean;
}

export interface BarGroup {
  readonly label: string;
  readonly bars: readonly Bar[];
}

const line = 16;
const thickness = 9;
const gap = 10;
const labelRoom = 170;
/** Room for the value at the end of a full bar. */
const valueRoom = 160;
const narrow = 480;

const rowsBefore = (groups: readonly BarGroup[], at: number): number =>
  groups.slice(0, at).reduce((sum, { bars }) => sum + bars.length, 0);

export const barsHeight = (groups: readonly BarGroup[], width: number): number =>
  rowsBefore(groups, groups.length) * line + groups.length * gap + (width < narrow ? groups.length * (line + 2) : 0);

/** Horizontal bars in groups; a full bar is 1. Names stand before the groups, or above them in a narrow chart. */
export function Bars({ groups, width }: { readonly groups: readonly BarGroup[]; readonly width: number }) {
  const above = width < narrow;
  const left = above ? 0 : labelRoom;
  const full = Math.max(width - left - valueRoom, 1);
  return (
    <>
      {groups.map(({ label, bars }, index) => {
        const top = rowsBefore(groups, index) * line + index * gap + (above ? (index + 1) * (line + 2) : 0) + gap / 2;
        return (
          <g class="lab-bars">
            <text x={0} y={above ? top - 7 : top + thickness}>
              {label}
            </text>
            <line
              class="axis"
              x1={left + 0.5}
              x2={left + 0.5}
              y1={top - 3}
              y2={top + bars.length * line - line + thickness + 3}
            />
            {bars.map(({ share, text, second }, row) => (
              <g class={second ? 'second' : ''}>
                <rect
                  x={left}
                  y={top + row * line}
                  width={Math.max(share * full, share > 0 ? 1 : 0)}
                  height={thickness}
                />
                <text class="value" x={left + share * full + 6} y={top + row * line + thickness}>
                  {text}
                </text>
              </g>
            ))}
          </g>
        );
      })}
    </>
  );
}
