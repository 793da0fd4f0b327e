import { afterEach, expect, it, vi } from 'vitest';
import { count, fixed, percent, printedParts, setLanguage, size } from '../../src/shared/format';

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

it('parts add up to their total as printed, and the largest takes what rounding leaves', () => {
  expect(printedParts(1.4, [3.968, -2.563], 2)).toEqual([3.96, -2.56]);
  expect(printedParts(4.13, [3.2164, 0.9131], 2)).toEqual([3.22, 0.91]);
});

it('the largest part takes no more than half a unit a part, so that parts of another total show that they are', () => {
  expect(printedParts(1, [3.1, 2.2], 1)).toEqual([3, 2.2]);
  expect(printedParts(10, [3.1, 2.2], 1)).toEqual([3.2, 2.2]);
  expect(printedParts(6, [-3.14, 2.22, 0.5, 0.3], 2)).toEqual([-3.12, 2.22, 0.5, 0.3]);
});
