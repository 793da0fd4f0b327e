import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, test } from 'vitest';
import { inOrder } from '../../../../src/shared/columns';
import { markdown, tabSeparated } from '../../../../src/shared/columns';
import { type Column, copiedRows, nextOrder, orderKey } from '../../../../src/webview/parts/columns';
import { remember } from '../../../../src/webview/parts/remembered';
import { Table } from '../../../../src/webview/parts/table';
import { vocabularyToken } from '../build';

const rows = [
  { token: vocabularyToken(' a|b', 7), share: 0.25, count: 1234 as number | null },
  { token: vocabularyToken('c', 8), share: NaN, count: null },
];
type Row = (typeof rows)[number];
const columns: readonly Column<Row>[] = [
  { key: 'id', value: ({ token }) => token.id },
  { key: 'token', head: 'a token', name: 'name', value: ({ token }) => token },
  { key: 'share', head: 'its share', value: ({ share }) => share, print: (share) => share.toFixed(1) },
  { head: null, draw: ({ share }) => (share > 0 ? 'some' : '') },
  { key: 'count', head: 'how often', value: (row) => row.count },
];
const drawn = (more: Partial<Parameters<typeof Table<Row>>[0]> = {}): string =>
  renderToString(h(Table<Row>, { columns, rows, ...more }));
const cellsOf = (html: string): readonly string[] => html.match(/<t[dh]\b[^>]*>/g) ?? [];

describe('a table', () => {
  test('copies its values in full, with what is only copied and without what is only drawn', () => {
    expect(copiedRows({ columns, rows })).toEqual([
      ['id', 'token', 'share', 'count'],
      [7, '·a|b', 0.25, 1234],
      [8, 'c', '', ''],
    ]);
  });

  test('draws what has a head, a head over all columns without one of their own, and numbers with their values', () => {
    const html = drawn();
    expect(cellsOf(html)).toEqual([
      '<th scope="col" class="name">',
      '<th scope="col" class="number" colspan="2">',
      '<th scope="col" class="number">',
      '<th scope="row" class="name">',
      '<td class="number" data-value="0.25">',
      '<td>',
      '<td class="number" data-value="1234">',
      '<th scope="row" class="name">',
      '<td class="number" data-value>',
      '<td>',
      '<td class="number">',
    ]);
    expect(html).toContain('>1,234<');
    expect(html).toContain('>–<');
  });

  test('makes buttons of what can be pressed, with one tab stop for all of them', () => {
    const pressed = columns.map((column) => (column.key === 'token' ? { ...column, press: () => undefined } : column));
    const buttons = drawn({ columns: pressed }).match(/<button[^>]*>/g) ?? [];
    expect(buttons.map((button) => /tabindex="(-?\d)"/.exec(button)?.[1])).toEqual(['0', '-1']);
    expect(buttons.every((button) => button.includes('class="token-button"'))).toBe(true);
  });
});

describe('the order of a table', () => {
  const sorted = {
    columns: columns.map((column) => ({ ...column, sorts: column.key !== 'id' })),
    rows: [...rows, { token: vocabularyToken('b', 9), share: -2, count: 1234 }],
    order: 'of the test',
  };
  const ids = (order: Parameters<typeof inOrder>[1]) => inOrder(sorted, order).map(({ row }) => row.token.id);

  test('is ascending, then descending, then as described', () => {
    const first = nextOrder('share', null);
    expect(first).toEqual({ key: 'share', direction: 'ascending' });
    const second = nextOrder('share', first);
    expect(second).toEqual({ key: 'share', direction: 'descending' });
    expect(nextOrder('share', second)).toBeNull();
    expect(nextOrder('count', second)).toEqual({ key: 'count', direction: 'ascending' });
  });

  test('is descending first where a column says so', () => {
    const first = nextOrder('share', null, 'descending');
    expect(first).toEqual({ key: 'share', direction: 'descending' });
    const second = nextOrder('share', first, 'descending');
    expect(second).toEqual({ key: 'share', direction: 'ascending' });
    expect(nextOrder('share', second, 'descending')).toBeNull();
  });

  test('counts the numbers in a text', () => {
    const layers = ['blk.10', 'blk.2', 'blk.1'];
    const table = { columns: [{ key: 'name', sorts: true, value: (name: string) => name }], rows: layers };
    const order = { key: 'name', direction: 'ascending' } as const;
    expect(inOrder(table, order).map(({ row }) => row)).toEqual(['blk.1', 'blk.2', 'blk.10']);
  });

  test('is by number or by text, with rows without a value last, and equal ones as described', () => {
    expect(ids(null)).toEqual([7, 8, 9]);
    expect(ids({ key: 'share', direction: 'ascending' })).toEqual([9, 7, 8]);
    expect(ids({ key: 'share', direction: 'descending' })).toEqual([7, 9, 8]);
    expect(ids({ key: 'count', direction: 'descending' })).toEqual([7, 9, 8]);
    expect(ids({ key: 'token', direction: 'descending' })).toEqual([8, 9, 7]);
    expect(ids({ key: 'id', direction: 'descending' })).toEqual([7, 8, 9]);
  });

  test('is drawn, said by its head, and copied', () => {
    const isHead = (cell: string) => cell.startsWith('<th scope="col"');
    expect(drawn(sorted).match(/class="sort"/g)).toHaveLength(3);
    expect(drawn({ ...sorted, order: undefined })).not.toContain('class="sort"');
    remember(orderKey('of the test'), { key: 'share', direction: 'descending' });
    const html = drawn(sorted);
    expect(cellsOf(html).filter((cell) => isHead(cell) && cell.includes('aria-sort'))).toEqual([
      '<th scope="col" class="name" aria-sort="none">',
      '<th scope="col" class="number" colspan="2" aria-sort="descending">',
      '<th scope="col" class="number" aria-sort="none">',
    ]);
    expect(html.match(/data-value="-?[\d.]+"/g)?.filter((_, at) => at % 2 === 0)).toEqual([
      'data-value="0.25"',
      'data-value="-2"',
    ]);
    expect(
      copiedRows(sorted)
        .slice(1)
        .map(([id]) => id),
    ).toEqual([7, 9, 8]);
  });
});

describe('copied rows', () => {
  const copied = [
    ['a', 'b'],
    ['x\ty|*', -1.5],
  ];

  test('are separated by tabs', () => {
    expect(tabSeparated([copied])).toBe('a\tb\nx y|*\t-1.5\n');
  });

  test('are a Markdown table, whose bars and marks mean nothing', () => {
    expect(markdown([copied])).toBe('| a | b |\n| - | -: |\n| x y&#124;\\* | -1.5 |\n');
  });

  test('of several tables have an empty line between them, since Markdown would make one table of two', () => {
    const other = [['c'], [2]];
    expect(tabSeparated([copied, other])).toBe('a\tb\nx y|*\t-1.5\n\nc\n2\n');
    expect(markdown([copied, other], 'One *table*')).toBe(
      `One \\*table\\*\n\n${markdown([copied])}\n| c |\n| -: |\n| 2 |\n`,
    );
  });
});
