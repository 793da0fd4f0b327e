import { afterEach, expect, it, vi } from 'vitest';
import { count, fixed, percent, setLanguage, size } from '../../src/shared/format';

afterEach(() => {
  vi.restoreAllMocks();
  setLanguage('en');
});

it.each(['en', 'de'])('a formatter is made once for all numbers that it formats: %s', (tag) => {
  setLanguage(tag);
  const kinds = [count, size, percent, (value: number) => fixed(value, 2)];
  const Formatter = Intl.NumberFormat;
  const made = vi.spyOn(Intl, 'NumberFormat').mockImplementation(function (...of) {
    return new Formatter(...of);
  });
  for (let i = 0; i < 1000; i++) kinds[i % kinds.length]?.(i * 37.123);
  expect(made.mock.calls.length).toBeGreaterThan(0);
  expect(made.mock.calls.length).toBeLessThanOrEqual(2 * kinds.length);
});
