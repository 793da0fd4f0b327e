/** A name that belongs to the lower end of a line. Pixels. */
export interface End {
  readonly x: number;
  /** Width of the name. */
  readonly width: number;
}

export interface EndLabel {
  /** Left edge of the name. */
  readonly left: number;
  /** 0 is the nearest to the line's end. */
  readonly row: number;
}

const beside = 4;

/** All orders of 0 … count − 1. */
function orders(count: number): readonly (readonly number[])[] {
  if (count === 0) return [[]];
  return orders(count - 1).flatMap((order) =>
    Array.from({ length: count }, (_, at) => [...order.slice(0, at), count - 1, ...order.slice(at)]),
  );
}

/**
 * One row for each name, in the order in which the poles from the ends cross the fewest other names; few names only,
 * since all orders are tried.
 */
export function endLabels(ends: readonly End[], room: number): readonly EndLabel[] {
  const lefts = ends.map(({ x, width }) => Math.max(Math.min(x + beside, room - width), 0));
  const crossings = (order: readonly number[]): number => {
    let count = 0;
    ends.forEach(({ x }, pole) =>
      ends.forEach(({ width }, name) => {
        const left = lefts[name] ?? 0;
        if ((order[name] ?? 0) < (order[pole] ?? 0) && x > left - 1 && x < left + width + 1) count++;
      }),
    );
    return count;
  };
  const best = orders(ends.length).reduce((a, b) => (crossings(b) < crossings(a) ? b : a));
  return ends.map((_, index) => ({ left: lefts[index] ?? 0, row: best[index] ?? 0 }));
}
