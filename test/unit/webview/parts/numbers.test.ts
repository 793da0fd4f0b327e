import { scaleLinear } from 'd3-scale';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bits,
  cosine,
  decimalsWithin,
  count,
  degrees,
  fixed,
  hexPairs,
  roundedSize,
  megabytes,
  milliseconds,
  percent,
  powerOfTen,
  probability,
  raw,
  scientific,
  size,
  tickDecimals,
  toldApart,
} from '../../../../src/shared/format';
import { ordinal, tokenCount } from '../../../../src/webview/parts/numbers';

describe('numbers', () => {
  test('of a size alone have four significant digits', () => {
    expect([22663.96, 140.3449, 43.792, 9.99996, 0.50249, 0, NaN].map(roundedSize)).toEqual([
      '22,660',
      '140.3',
      '43.79',
      '10.00',
      '0.502',
      '0',
      '–',
    ]);
    // No size but 0 is printed as 0.
    expect([0.0005, 0.0000142].map(roundedSize)).toEqual(['0.001', '1.4 × 10⁻⁵']);
  });

  test('have the decimals of their kind', () => {
    expect([size(2.2027489), bits(16.6476875), degrees(79.62), percent(1.24), count(49152)]).toEqual([
      '2.203',
      '16.65',
      '79.6°',
      '1.2 %',
      '49,152',
    ]);
  });

  test('have a true minus, and none before a zero', () => {
    expect([fixed(-1.5, 1), fixed(-0.04, 1), fixed(-12345.678, 2)]).toEqual(['−1.5', '0.0', '−12,345.68']);
  });

  test('show what is missing as a dash, never as 0', () => {
    expect([size(null), size(undefined), bits(NaN), degrees(null), percent(Infinity), probability(NaN)]).toEqual([
      '–',
      '–',
      '–',
      '–',
      '–',
      '–',
    ]);
    expect(raw(null)).toBe('');
  });

  test('show how much a cosine lacks to 1, and never more of it than there is', () => {
    expect([1, 0.999999, 0.99995, 0.9998999, 0.42, 0.29, 0, -0.5, NaN].map(cosine)).toEqual([
      '1.00',
      '0.9999990',
      '0.999950',
      '0.99989',
      '0.42',
      '0.29',
      '0.00',
      '−0.50',
      '–',
    ]);
    expect([41.3, 9.97, 8.26, 0.31].map(milliseconds)).toEqual(['41 ms', '10 ms', '8.3 ms', '0.3 ms']);
  });

  test('say that a probability is below what is printed', () => {
    expect([probability(0.773), probability(0.001), probability(0.00099), probability(0)]).toEqual([
      '0.773',
      '0.001',
      '<0.001',
      '<0.001',
    ]);
  });

  test('are kept in full for copying', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) =>
        Object.is(Number(raw(value)), value === 0 ? 0 : value),
      ),
    );
  });

  test('name bytes and files', () => {
    expect(hexPairs([0x20, 0x50, 0x0a])).toBe('20 50 0A');
    expect(megabytes(98_362_432)).toBe('98 MB');
  });
});

describe('counts and ranks', () => {
  test('have the ending of their last digits', () => {
    expect([1, 2, 10, 11, 12, 13, 21, 22, 23, 24, 111, 10_752].map(ordinal)).toEqual([
      '1st',
      '2nd',
      '10th',
      '11th',
      '12th',
      '13th',
      '21st',
      '22nd',
      '23rd',
      '24th',
      '111th',
      '10,752nd',
    ]);
  });

  test('agree with their noun', () => {
    expect([1, 2, 0, 1200].map(tokenCount)).toEqual(['1 token', '2 tokens', '0 tokens', '1,200 tokens']);
  });
});

test('numbers of very different sizes are powers of ten outside of what one reads at a glance', () => {
  expect([2.3e-15, 7.1e-5, 0.0012, 0.876, 3.614, 98.2, 1234, -2e-7, 0, NaN].map(scientific)).toEqual([
    '2.3 × 10⁻¹⁵',
    '7.1 × 10⁻⁵',
    '0.00120',
    '0.876',
    '3.61',
    '98.2',
    '1.2 × 10³',
    '−2.0 × 10⁻⁷',
    '0',
    '–',
  ]);
  expect([-12, 0, 3].map(powerOfTen)).toEqual(['10⁻¹²', '10⁰', '10³']);
});

test('numbers that lie close together have digits that tell them apart', () => {
  expect([5.7, 0.475, 0.0075, 0.0004, 0, 1e-12].map((range) => decimalsWithin(range, 3))).toEqual([3, 3, 4, 5, 3, 6]);
  expect(toldApart([12.94, 12.69], 2)).toEqual(['12.94', '12.69']);
  expect(toldApart([12.9412, 12.9408], 2)).toEqual(['12.9412', '12.9408']);
  expect(toldApart([1, 1 + 1e-9], 2)).toEqual(['1.00', '1.00']);
  expect(toldApart([79.61, 79.612, 80], 1, 2)).toEqual(['79.6', '79.6', '80.0']);
});

test('an axis has no two labels that read the same', () => {
  for (const ends of [
    [0, 8],
    [1.8, 7.5],
    [1.0276, 1.0351],
    [1.03, 1.03001],
    [2, 2.9],
  ] as const) {
    const ticks = scaleLinear(ends, [0, 1]).ticks(6);
    expect(new Set(ticks.map((tick) => fixed(tick, tickDecimals(ticks)))).size, ends.join()).toBe(ticks.length);
  }
  expect([tickDecimals([2, 3]), tickDecimals([2, 2.5]), tickDecimals([]), tickDecimals([1])]).toEqual([0, 1, 0, 0]);
});
