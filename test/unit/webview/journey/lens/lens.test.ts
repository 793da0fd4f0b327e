import { describe, expect, test } from 'vitest';
import { lensColourings } from '../../../../../src/shared/instruments';
import { lensIndex, quantities, lensStrength } from '../../../../../src/webview/journey/lens/colouring';
import {
  columnForm,
  drawnColumns,
  scrolledTo,
  visibleColumns,
} from '../../../../../src/webview/journey/lens/scrolledGrid';
import { lensRows } from '../../../../../src/webview/journey/lens/table';
import { namesOf } from '../../../../../src/webview/parts/vocabulary';
import { lensOf, textTokens, vocabularyOf } from '../../build';

const vocabulary = 49_152;

describe('a cell of the lens', () => {
  const cellAt = lensIndex([
    ...lensOf(
      [
        [10, 11],
        [20, 21],
      ],
      {
        ranks: [
          [7, 8],
          [0, 0],
        ],
      },
    ),
    ...lensOf([[30, 31]], { from: 16 }),
  ]);

  test('is found in the block that holds it', () => {
    expect(cellAt(1, 0)).toEqual({
      top: [
        { id: 11, probability: 0.5 },
        { id: 1, probability: 0.25 },
        { id: 2, probability: 0.125 },
        { id: 3, probability: 0.0625 },
      ],
      entropy: 2,
      rank: 8,
      divergence: null,
    });
    expect(cellAt(0, 1)).toMatchObject({ top: [{ id: 20 }, {}, {}, {}], rank: null });
    expect(cellAt(1, 16)?.top[0]?.id).toBe(31);
  });

  test('is found in a block of several layers', () => {
    const block = {
      after: 'attention' as const,
      first: 27,
      count: 2,
      from: 4,
      to: 6,
      ids: Int32Array.from({ length: 20 }, (_, index) => index),
      probabilities: new Float32Array(20),
      entropy: Float32Array.from([1, 2, 3, 4]),
      ranks: Int32Array.from([5, 6, 7, 8]),
      divergence: Float32Array.from([9, 10, 11, 12]),
    };
    expect(lensIndex([block])(28, 4, 'attention')).toMatchObject({
      top: [{ id: 10 }, { id: 11 }, { id: 12 }, { id: 13 }, { id: 14 }],
      entropy: 3,
      rank: 7,
      divergence: 11,
    });
    expect(lensIndex([block])(28, 6, 'attention')).toBeNull();
    expect(lensIndex([block])(28, 4)).toBeNull();
  });

  test('is not known where no block holds it', () => {
    expect([cellAt(2, 0), cellAt(0, 2), cellAt(0, 15), lensIndex([])(0, 0)]).toEqual([null, null, null, null]);
  });
});

describe('the colour of a cell', () => {
  const cell = { top: [{ id: 1, probability: 0.25 }], entropy: 7.8, rank: 1, divergence: 3 };

  test('is its probability, its entropy, the rank of the next token or its divergence', () => {
    expect(lensColourings.map((colouring) => quantities[colouring].of(cell))).toEqual([0.25, 7.8, 1, 3]);
    expect(lensStrength('probability', 0.25, vocabulary)).toBe(0.25);
    expect(lensStrength('entropy', Math.log2(vocabulary) / 2, vocabulary)).toBeCloseTo(0.5);
  });

  test('is the stronger the better the rank, by its logarithm', () => {
    expect(lensStrength('rank', 1, vocabulary)).toBe(1);
    expect(lensStrength('rank', vocabulary, vocabulary)).toBe(0);
    expect(lensStrength('rank', Math.sqrt(vocabulary), vocabulary)).toBeCloseTo(0.5);
    expect(lensStrength('rank', null, vocabulary)).toBe(0);
  });

  test('is the stronger the smaller the divergence, and nothing beyond the scale', () => {
    expect([0, 128, 160, null].map((bits) => lensStrength('divergence', bits, vocabulary))).toEqual([1, 0, 0, 0]);
    const [one = 0, ten = 0, forty = 0] = [1, 10, 40].map((bits) => lensStrength('divergence', bits, vocabulary));
    expect(one > ten && ten > forty && forty > 0.2).toBe(true);
  });

  test('has a scale with round ends', () => {
    expect(
      lensColourings.map((colouring) => {
        const { domain, printEnd } = quantities[colouring];
        return domain(vocabulary).map(printEnd);
      }),
    ).toEqual([
      ['0', '1'],
      ['0 bits', '15.6 bits'],
      ['49,152', '1'],
      ['128 bits', '0 bits'],
    ]);
    expect([
      quantities.probability.print(0.7731),
      quantities.entropy.print(2.137),
      quantities.rank.print(18_898),
      quantities.rank.print(null),
    ]).toEqual(['0.77', '2.1', '18,898', '–']);
  });
});

describe('the columns of the lens', () => {
  test('fill the room, and scroll where there are many; a narrow box has no numbers', () => {
    expect(columnForm(388, 5)).toEqual({ width: 77, numbers: true });
    expect(columnForm(388, 512)).toEqual({ width: 72, numbers: true });
    expect(columnForm(900, 1)).toEqual({ width: 118, numbers: true });
    expect(columnForm(360, 5)).toEqual({ width: 72, numbers: false });
    expect(columnForm(220, 5)).toEqual({ width: 44, numbers: false });
    expect(columnForm(900, 0).width).toBe(118);
  });

  test('are asked for where something of them is seen', () => {
    expect(visibleColumns(0, 360, 72, 512)).toEqual({ from: 0, to: 5 });
    expect(visibleColumns(100, 360, 72, 512)).toEqual({ from: 1, to: 7 });
    expect(visibleColumns(512 * 72 - 360, 360, 72, 512)).toEqual({ from: 507, to: 512 });
    expect(visibleColumns(99_999, 360, 72, 512)).toEqual({ from: 511, to: 512 });
    expect(visibleColumns(0, 1, 72, 3)).toEqual({ from: 0, to: 1 });
    expect(visibleColumns(0, 360, 72, 0)).toEqual({ from: 0, to: 0 });
  });

  test('are drawn near what is seen, and where the focus is', () => {
    expect(drawnColumns({ from: 0, to: 5 }, 2, 5)).toEqual([0, 1, 2, 3, 4]);
    const near = drawnColumns({ from: 100, to: 105 }, 102, 512);
    expect([near[0], near.at(-1), near.length]).toEqual([94, 110, 17]);
    expect(drawnColumns({ from: 100, to: 105 }, 511, 512).at(-1)).toBe(511);
    expect(drawnColumns({ from: 100, to: 105 }, 0, 512)[0]).toBe(0);
  });

  test('are scrolled to no further than is needed', () => {
    expect(scrolledTo(0, 360, 72, 4)).toBe(0);
    expect(scrolledTo(0, 360, 72, 5)).toBe(72);
    expect(scrolledTo(500, 360, 72, 2)).toBe(144);
  });
});

test('the lens is copied cell by cell, as far as it is known', () => {
  const names = namesOf(vocabularyOf(['a', 'b', 'c', 'd', ' e']));
  const rows = lensRows(lensOf([[4, 0]], { from: 1, ranks: [[3, 0]] }), names, textTokens(['x', ' y']), 2);
  expect(rows[0]).toHaveLength(22);
  expect(rows.slice(1).map((row) => [...row.slice(0, 7), ...row.slice(-6)])).toEqual([
    ['input', '', 1, '·y', '·e', 4, 0.5, '', '', '', 2, 3, ''],
    [0, 'layer', 1, '·y', 'a', 0, 0.5, '', '', '', 2, '', ''],
  ]);
});

test('an id beyond the vocabulary has no name, and not that of all tokens together', () => {
  expect(namesOf(vocabularyOf(['a', 'b', 'c'])).token(7)).toMatchObject({ id: 7, text: '', bytes: [] });
});
