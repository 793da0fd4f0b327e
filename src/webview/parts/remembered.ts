import { useLayoutEffect, useState } from 'preact/hooks';

/** States that outlive their parts. They live as long as the page. */
const values = new Map<string, unknown>();

/** The parts that draw a state, by its key: two of them may share one. */
const drawn = new Map<string, Set<() => void>>();

export function remember(key: string, value: unknown): void {
  values.set(key, value);
  for (const draw of drawn.get(key) ?? []) draw();
}

export const recalled = <T>(key: string, initial: T): T => (values.has(key) ? (values.get(key) as T) : initial);

/** A state that outlives its part: a room that is opened again is as it was left. */
export function useRemembered<T>(key: string, initial: T): readonly [T, (value: T) => void] {
  const [, setTimes] = useState(0);
  // Not after the paint: what comes before it would be kept and not drawn.
  useLayoutEffect(() => {
    const draw = (): void => setTimes((times) => times + 1);
    const others = drawn.get(key) ?? new Set();
    drawn.set(key, others.add(draw));
    return () => void others.delete(draw);
  }, [key]);
  return [recalled(key, initial), (next) => remember(key, next)];
}

/** The same for a state that belongs to certain objects. With others it starts over. */
export function useRememberedOf<T>(key: string, of: readonly unknown[], initial: T): readonly [T, (value: T) => void] {
  const [kept, keep] = useRemembered<{ readonly of: readonly unknown[]; readonly value: T } | null>(key, null);
  const holds = kept !== null && of.every((one, index) => one === kept.of[index]);
  return [holds ? kept.value : initial, (value) => keep({ of, value })];
}
