import { afterEach, expect, it, vi } from 'vitest';
import { count, fixed, ordinalForm, percent, plural, printedParts, setLanguage, size } from '../../src/shared/format';

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

it.each([
  ['de', { 0: 'other', 1: 'one', 2: 'other', 21: 'other' }],
  ['fr', { 0: 'one', 1: 'one', 2: 'other', 21: 'other' }],
  ['ru', { 0: 'other', 1: 'one', 2: 'other', 21: 'one' }],
])('a plural is chosen by the rules of its language: %s', (tag, forms) => {
  setLanguage(tag);
  for (const [value, form] of Object.entries(forms))
    expect(plural(Number(value), { one: 'one', other: 'other' }), value).toBe(form);
  expect([0, 1, 21].map((value) => plural(value, { 1: 'alone', other: 'other' }))).toEqual(['other', 'alone', 'other']);
});

it.each(['ja', 'fr', 'ru'])(
  'English sentences keep their plurals and ordinals, beside numbers in the marks of %s',
  (tag) => {
    setLanguage(tag, false);
    expect([0, 1, 2].map((value) => plural(value, { one: 'token', other: 'tokens' }))).toEqual([
      'tokens',
      'token',
      'tokens',
    ]);
    expect([21, 22, 23, 24].map(ordinalForm)).toEqual(['one', 'two', 'few', 'other']);
    expect(fixed(0.5, 1)).toBe(tag === 'ja' ? '0.5' : '0,5');
  },
);

it('parts add up to their total as printed, and the largest takes what rounding leaves', () => {
  expect(printedParts(1.4, [3.968, -2.563], 2)).toEqual([3.96, -2.56]);
  expect(printedParts(4.13, [3.2164, 0.9131], 2)).toEqual([3.22, 0.91]);
});

it('the largest part takes no more than half a unit a part, so that parts of another total show that they are', () => {
  expect(printedParts(1, [3.1, 2.2], 1)).toEqual([3, 2.2]);
  expect(printedParts(10, [3.1, 2.2], 1)).toEqual([3.2, 2.2]);
  expect(printedParts(6, [-3.14, 2.22, 0.5, 0.3], 2)).toEqual([-3.12, 2.22, 0.5, 0.3]);
});
