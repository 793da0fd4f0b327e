/** Steps in which a share of the scale is shown; 0 is none: nothing known, or the scale's low end. */
export type Level = 0 | (typeof levels)[number];

export const levels = [1, 2, 3, 4, 5] as const;

/** The level of a share of the scale, 0 … 1: five equal parts, each with its upper end. */
export function levelOf(strength: number): Level {
  if (!(strength > 0)) return 0;
  return levels.find((level) => strength <= level / levels.length) ?? 5;
}

interface Underline {
  readonly style: 'none' | 'dotted' | 'dashed' | 'solid' | 'double';
  /** CSS pixels. */
  readonly width: number;
}

/** What says the level without its colour, by level. */
export const underlines = [
  { style: 'none', width: 0 },
  { style: 'dotted', width: 1 },
  { style: 'dashed', width: 1 },
  { style: 'solid', width: 1 },
  { style: 'solid', width: 2 },
  { style: 'double', width: 3 },
] as const satisfies Readonly<Record<Level, Underline>>;

/** How long a mark flashes. Milliseconds. */
export const flashTime = 1000;
