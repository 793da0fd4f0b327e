/** Visited entries, with the way back and forward; the present one is at `at`. */
export interface History<T> {
  readonly entries: readonly T[];
  readonly at: number;
}

export const noHistory: History<never> = { entries: [], at: -1 };

const most = 50;

/** Adds an entry and forgets those ahead, unless it is the present one. */
export function visited<T>(history: History<T>, entry: T, isSame: (a: T, b: T) => boolean): History<T> {
  const { entries, at } = history;
  const now = entries[at];
  if (now !== undefined && isSame(now, entry)) return history;
  const visited = [...entries.slice(0, at + 1), entry].slice(-most);
  return { entries: visited, at: visited.length - 1 };
}

/** One step back or forward; null if there is none. */
export function stepped<T>({ entries, at }: History<T>, by: -1 | 1): { history: History<T>; entry: T } | null {
  const entry = entries[at + by];
  return entry === undefined ? null : { history: { entries, at: at + by }, entry };
}
