import { describe, expect, test } from 'vitest';
import { byMetric } from '../../../src/shared/metrics';
import { lengthsTable } from '../../../src/webview/nextToken/lengths';
import { nearestTables } from '../../../src/webview/nextToken/nearest';
import { copiedRows } from '../../../src/webview/parts/columns';
import { barsTable, namedTable, namedTokens } from '../../../src/webview/token/histogram';
import { list, model, prediction, vocabularyToken } from './build';

describe('what is copied', () => {
  const nearest = { ...byMetric(() => list([7])), euclidean: list([7, 8]), cosine: list([9]) };
  const lengths = {
    lengths: [1.25, 40.123456],
    actual: 1,
    tokens: [vocabularyToken(' John', 3), vocabularyToken('t7', 7)],
    nearest: [[0], [1]],
    sharedWithDot: [0, 6],
    sharedWithCosine: [1, 8],
  };
  const made = prediction([], { nearest, lengths });

  test('of the nearest to h has the distances at the size that h has', () => {
    expect(nearestTables(made, 1).map((table) => copiedRows(table).slice(1))).toEqual([
      [
        [1, 't7', 7, 40.123456, 1],
        [2, 't8', 8, 40.123456, 1],
      ],
      [[1, 't9', 9, 40.123456, 60]],
    ]);
  });

  test('of the nearest to h at another size has no distance, because none is known', () => {
    expect(nearestTables(made, 0).map((table) => copiedRows(table).slice(1))).toEqual([
      [[1, '·John', 3, 1.25, '']],
      [[1, 't9', 9, 1.25, 60]],
    ]);
  });

  test('of the sizes of h has every size in full', () => {
    expect(copiedRows(lengthsTable(lengths)).slice(1)).toEqual([
      [1.25, 0, 1, '·John'],
      [40.123456, 6, 8, 't7'],
    ]);
  });

  test('of the sizes has every named token once, smallest first, then every bar', () => {
    const chosen = vocabularyToken('x', 9, 4);
    expect(
      namedTokens(model.sizes, chosen, [chosen, vocabularyToken('y', 10, 2)], 'input').map(({ id }) => id),
    ).toEqual([7, 10, 9, 8]);
    expect(copiedRows(namedTable(model.sizes, chosen, [], 'input'))[1]).toEqual(['·John', 7, 1.793, 50]);
    expect(
      copiedRows(barsTable(model.sizes))
        .slice(-3)
        .map((row) => row[2]),
    ).toEqual(model.sizes.histogram.counts);
  });
});
