// Node, browsers and their workers all have timers, but no common types for them.
declare function setTimeout(act: () => void, milliseconds: number): unknown;
declare function clearTimeout(timer: unknown): void;

/** Calls `act` once after some milliseconds, unless the returned function is called before. */
export function after(milliseconds: number, act: () => void): () => void {
  const timer = setTimeout(act, milliseconds);
  return () => clearTimeout(timer);
}

export const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => void after(milliseconds, resolve));
