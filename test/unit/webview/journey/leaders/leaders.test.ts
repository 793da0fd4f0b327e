import { describe, expect, test } from 'vitest';
import { lensSteps, type Leader } from '../../../../../src/shared/layers';
import { leads, namePlaces, peakOf, tickedRows } from '../../../../../src/webview/journey/leaders/chart';
import { leadersRows } from '../../../../../src/webview/journey/leaders/leaders';
import { vocabularyToken } from '../../build';

const leader = (probability: readonly number[], rank: readonly number[]): Leader => ({
  token: vocabularyToken(' a', 3),
  probability: Float64Array.from(probability),
  rank: Int32Array.from(rank),
});

describe('a leading token', () => {
  test('has its peak where it is most probable, and the first of equals', () => {
    expect(peakOf(leader([0.1, 0.7, 0.2], [9, 1, 2]))).toBe(1);
    expect(peakOf(leader([0.5, 0.5], [1, 1]))).toBe(0);
  });

  test('leads in runs of rows', () => {
    expect(leads(leader([0, 0, 0, 0, 0, 0], [1, 2, 1, 1, 1, 5]))).toEqual([
      [0, 0],
      [2, 4],
    ]);
    expect(leads(leader([0], [2]))).toEqual([]);
  });

  test('is copied with every row', () => {
    const rows = lensSteps(1, true);
    expect(leadersRows({ position: 0, rows, tokens: [leader([0.1, 0.2, 0.3], [7, 1, 1])] })).toEqual([
      ['layer', 'after', 'token', 'id', 'probability', 'rank'],
      ['input', '', '·a', 3, 0.1, 7],
      [0, 'attention', '·a', 3, 0.2, 1],
      [0, 'layer', '·a', 3, 0.3, 1],
    ]);
  });
});

describe('names', () => {
  const crosses = (peaks: readonly { readonly x: number; readonly width: number }[], right: number): number => {
    const places = namePlaces(peaks, 0, right);
    return peaks.flatMap(({ x }, pole) =>
      peaks.filter(({ width }, name) => {
        const { left, lane } = places[name] ?? { left: 0, lane: 0 };
        return name !== pole && lane < (places[pole]?.lane ?? 0) && x > left && x < left + width;
      }),
    ).length;
  };

  test('stand beside each other where there is room', () => {
    expect(
      namePlaces(
        [
          { x: 0, width: 30 },
          { x: 100, width: 30 },
        ],
        0,
        300,
      ),
    ).toEqual([
      { left: 0, lane: 0 },
      { left: 100, lane: 0 },
    ]);
  });

  test('stand in lanes that no pole crosses, away from the right edge', () => {
    const peaks = [40, 10, 60, 61, 90, 20].map((x) => ({ x, width: 50 }));
    const places = namePlaces(peaks, 0, 300);
    expect(places.map(({ left }) => left)).toEqual([40, 10, 60, 61, 90, 20]);
    expect(crosses(peaks, 300)).toBe(0);
  });

  test('never overlap, and stay inside', () => {
    const peaks = Array.from({ length: 20 }, (_, index) => ({ x: 30 + ((index * 37) % 170), width: 40 }));
    const places = namePlaces(peaks, 30, 200);
    places.forEach(({ left, lane }, index) => {
      expect(left).toBeGreaterThanOrEqual(30);
      expect(left + 40).toBeLessThanOrEqual(200);
      for (const other of places.slice(index + 1))
        if (other.lane === lane) expect(Math.abs(other.left - left)).toBeGreaterThanOrEqual(40);
    });
  });
});

test('ticks stand at whole layers with room between them', () => {
  expect(tickedRows(lensSteps(30, false), 30)).toHaveLength(31);
  expect(tickedRows(lensSteps(30, false), 10).slice(0, 3)).toEqual([1, 6, 11]);
  expect(tickedRows(lensSteps(30, true), 5).slice(0, 3)).toEqual([2, 12, 22]);
  expect(tickedRows(lensSteps(1, true), 100)).toEqual([0, 2]);
});
