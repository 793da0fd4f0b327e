import { useState } from 'preact/hooks';

/** What the parts of a closed room will be again once it is opened. It lives as long as the page. */
const values = new Map<string, unknown>();

export const remember = (key: string, value: unknown): unknown => values.set(key, value);

/** A state that outlives its part: a room that is opened again is as it was left. */
export function useRemembered<T>(key: string, initial: T): readonly [T, (value: T) => void] {
  const [, draw] = useState(0);
  const value = values.has(key) ? (values.get(key) as T) : initial;
  return [
    value,
    (next) => {
      remember(key, next);
      draw((times) => times + 1);
    },
  ];
}
