import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { dataRows } from '../../../src/shared/columns';
import {
  clockTime,
  cosine,
  count,
  fileSize,
  fixed,
  roundedSize,
  percent,
  plain,
  probability,
  raw,
  scientific,
  setLanguage,
  size,
} from '../../../src/shared/format';
import { tablesOf, tokensOf } from '../../../src/webview/lab/data';
import { LabTable } from '../../../src/webview/lab/table';
import { Units } from '../../../src/webview/vectorscope/overlay';
import { results } from './labResults';
import { act, full } from './pages';

// There is no width here, without which no chart is drawn.
vi.mock('../../../src/webview/parts/width', () => ({
  useWidth: () => ({ ref: { current: null }, width: 600 }),
  useTallest: () => ({ current: null }),
}));

afterEach(() => setLanguage('en'));

describe('numbers in German', () => {
  beforeEach(() => setLanguage('de'));

  test('have a decimal comma and points between thousands', () => {
    expect([fixed(2.283, 3), fixed(22663.96, 3), fixed(-1234.5, 1), count(49_152)]).toEqual([
      '2,283',
      '22.663,960',
      '−1.234,5',
      '49.152',
    ]);
    expect([size(2.2027489), roundedSize(140.3449), cosine(0.98765), plain(0.01), plain(1000)]).toEqual([
      '2,203',
      '140,3',
      '0,987',
      '0,01',
      '1000',
    ]);
    expect([probability(0.0001), scientific(1.4e-15), fileSize(4.7e9)]).toEqual(['<0,001', '1,4 × 10⁻¹⁵', '4,7 GB']);
  });

  test('have the space before the per cent sign that does not break', () => {
    expect([percent(12.34), percent(50, 0), percent(NaN)]).toEqual(['12,3\u00a0%', '50\u00a0%', '–']);
  });

  test('stand beside the unit bars of the vectorscope', () => {
    const camera = { width: 400, height: 300, scale: 30, stretch: 12, across: 0, up: 0 };
    expect(renderToString(h(Units, { camera }))).toMatch(/>2 across<.*>0,1 up</);
    expect(renderToString(h(Units, { camera: { ...camera, scale: 400, stretch: 1 } }))).toContain('both ways: 0,2');
  });

  test('keep their point where programs read them', () => {
    expect(raw(2.283)).toBe('2.283');
    const [table] = tablesOf(results[3]!, tokensOf(full));
    expect(dataRows(table!)[1]).toEqual([1, expect.any(Number)]);
    const drawn = renderToString(h(LabTable, { table: table!, context: { act, chosen: undefined } }));
    expect(drawn).toMatch(/data-value="\d\.\d+"[^>]*>\d+,\d\u00a0%</);
  });
});

describe('numbers in other languages', () => {
  test.each([
    ['fr', '22\u202f663,960', '12,3\u00a0%'],
    ['ru', '22\u00a0663,960', '12,3\u00a0%'],
    ['tr', '22.663,960', '%12,3'],
    ['ja', '22,663.960', '12.3%'],
    ['ar', '22,663.960', '12.3\u200e%\u200e'],
    // An unknown language, and none in a valid form.
    ['qps-ploc', '22,663.960', '12.3 %'],
    ['no language', '22,663.960', '12.3 %'],
    ['', '22,663.960', '12.3 %'],
    // English has one form.
    ['en', '22,663.960', '12.3 %'],
    ['en-IN', '22,663.960', '12.3 %'],
  ])('are %s', (tag, number, share) => {
    setLanguage(tag);
    expect([fixed(22663.96, 3), percent(12.34)]).toEqual([number, share]);
  });
});

test('a time of day is that of the language', () => {
  const at = new Date(2026, 4, 3, 14, 5);
  setLanguage('de');
  expect(clockTime(at)).toBe('14:05');
  setLanguage('en');
  expect(clockTime(at)).toMatch(/^02:05\sPM$/);
});
