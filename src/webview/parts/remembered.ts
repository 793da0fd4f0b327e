import { useState } from 'preact/hooks';

/** States that outlive their parts. They live as long as the page. */
const values = new Map<string, unknown>();

export const remember = (key: string, value: unknown): unknown => values.set(key, value);

export const recalled = <T>(key: string, initial: T): T => (values.has(key) ? (values.get(key) as T) : initial);

/** A state that outlives its part: a room that is opened again is as it was left. */
export function useRemembered<T>(key: string, initial: T): readonly [T, (value: T) => void] {
  const [, draw] = useState(0);
  return [
    recalled(key, initial),
    (next) => {
      remember(key, next);
      draw((times) => times + 1);
    },
  ];
}

/** The same for a state that belongs to certain objects. With others it starts over. */
export function useRememberedOf<T>(key: string, of: readonly unknown[], initial: T): readonly [T, (value: T) => void] {
  const [kept, keep] = useRemembered<{ readonly of: readonly unknown[]; readonly value: T } | null>(key, null);
  const holds = kept !== null && of.every((one, index) => one === kept.of[index]);
  return [holds ? kept.value : initial, (value) => keep({ of, value })];
}
