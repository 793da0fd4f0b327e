/** A tick and its name, in pixels from the left. */
export interface Tick {
  /** Middle of the name. */
  readonly x: number;
  readonly name: string;
}

const characterWidth = 6.6;
const between = 5;

/**
 * The ticks that can be named on an axis `width` pixels long: a name that would touch the one before it is left out,
 * one at an end is moved inside.
 */
export function namedTicks(ticks: readonly Tick[], width: number): readonly Tick[] {
  let taken = -Infinity;
  return ticks.flatMap(({ x, name }) => {
    const half = (name.length * characterWidth) / 2;
    const middle = Math.min(Math.max(x, half), width - half);
    if (middle - half < taken) return [];
    taken = middle + half + between;
    return [{ x: middle, name }];
  });
}
