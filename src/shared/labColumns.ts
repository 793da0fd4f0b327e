import { type Cell, type DataColumn, isToken, type Label, type TableRows } from './columns';
import { count, decimalsWithin, fixed, size } from './format';
import type { ExtremesResult, LabEntry, MetricPair, SoftmaxShiftResult, TiedResult } from './lab';
import { type Metric, metricFacts } from './metrics';
import type { NamedToken } from './tokens';
import { listedInWords, type Translator } from './translator';

/** A token as a result names it. */
export interface Named {
  readonly id: number;
  readonly text: string;
}

export type NamedTokenOf = (named: Named) => NamedToken;

export interface LabColumn<R> extends DataColumn<R> {
  readonly key: string;
  readonly value: (row: R, index: number) => Cell;
  /** Whether a narrow panel hides the column. */
  readonly isMinor?: boolean;
}

interface AboutTable {
  /** Absent if the columns say it, or the picture above it. */
  readonly title?: string;
  /** Present if the rows are entries of a list, which a terminal cuts: whether the user can hide some of them. */
  readonly isList?: boolean;
  /** The name under which an experiment keeps the reader's order, where one can be chosen. */
  readonly order?: string;
}

/** The cells of a row, in the order of the columns. */
export type ResultRow = readonly Cell[];

/** A table of a result. Its rows are their cells, so that tables of different rows stand in one list. */
export interface ResultTable extends AboutTable, TableRows<ResultRow, LabColumn<ResultRow>> {}

/** A column of tokens is followed by their ids, which are copied and not drawn. */
export function labTable<A extends AboutTable, R>(about: A, rows: readonly R[], columns: readonly LabColumn<R>[]) {
  const all = columns.flatMap((column): readonly LabColumn<R>[] => {
    const idOf = (row: R, index: number) => {
      const cell = column.value(row, index);
      return isToken(cell) ? cell.id : undefined;
    };
    const ids = rows.some((row, index) => idOf(row, index) !== undefined);
    return [{ ...column, sorts: true }, ...(ids ? [{ key: `${column.key}, id`, value: idOf }] : [])];
  });
  return {
    ...about,
    columns: all.map(({ text: _, ...column }, at) => ({ ...column, value: (cells: ResultRow) => cells[at] })),
    rows: rows.map((row, index): ResultRow => all.map(({ value }) => value(row, index))),
  };
}

export const pairNameIn = (pair: MetricPair, l10n: Translator): string =>
  listedInWords(
    (pair.split('-') as Metric[]).map((metric) => metricFacts[metric].words(l10n).name),
    l10n,
  );

/** What the experiment with the shift of all rows compares. */
export const shiftChanges = (
  l10n: Translator,
): readonly (Label & { readonly of: Exclude<keyof SoftmaxShiftResult, 'ids'> })[] => [
  { of: 'probabilityChange', key: 'probability', label: l10n.t('probability') },
  { of: 'distanceChange', key: 'distance between rows', label: l10n.t('distance between rows') },
  { of: 'sizeChange', key: 'size of a row', label: l10n.t('size of a row') },
  { of: 'cosineChange', key: 'cosine between rows', label: l10n.t('cosine between rows') },
];

/** The tokens of an untied model with the largest angles; of a tied one those with the gain folded in. */
export const widestAngles = ({ tied, most, gainFolded }: TiedResult): readonly LabEntry[] =>
  tied ? (gainFolded?.most ?? []) : most;

/** Prints numbers that lie within `range` of each other so that they differ. */
export const printWithin = (range: number) => (value: number) => fixed(value, decimalsWithin(range, 3));

/** What several tables are made of. */
export function tableParts(l10n: Translator, tokenOf: NamedTokenOf) {
  const tokenColumn: LabColumn<Named> = { key: 'token', head: l10n.t('token'), value: tokenOf };
  const sizeColumn: LabColumn<{ readonly size: number | null }> = {
    ...{ key: 'size', head: l10n.t('size'), value: (row) => row.size, print: size },
  };
  const tokenList = <T extends Named>(title: string, entries: readonly T[], columns: readonly LabColumn<T>[]) =>
    labTable({ title, isList: true }, entries, columns);
  const ranked = <T extends Named>(title: string, entries: readonly T[], columns: readonly LabColumn<T>[]) =>
    tokenList(title, entries, [{ key: '#', head: '#', value: (_, index) => index + 1 }, tokenColumn, ...columns]);
  const entryList = (title: string, entries: readonly LabEntry[], column: Omit<LabColumn<LabEntry>, 'value'>) =>
    ranked(title, entries, [{ ...column, value: ({ value }) => value }]);
  /** Values in as many digits as tell the first from the last. */
  const sortedList = (title: string, entries: readonly LabEntry[], column: Omit<LabColumn<LabEntry>, 'value'>) => {
    const range = Math.abs((entries.at(-1)?.value ?? 0) - (entries[0]?.value ?? 0));
    return entryList(title, entries, { ...column, print: printWithin(range) });
  };
  const firstToken = (list: readonly LabEntry[] | undefined) => (list?.[0] ? tokenOf(list[0]) : null);

  return { tokenColumn, sizeColumn, tokenList, ranked, entryList, sortedList, firstToken };
}

/** How many rows are equal, and how many tokens no text produces. */
export function equalAndUnreachable({ duplicates, unreachable }: ExtremesResult, l10n: Translator): string {
  const tokens = duplicates.reduce((sum, group) => sum + group.length, 0);
  const equal =
    tokens === 0
      ? l10n.t('No two tokens have the same row.')
      : l10n.t('Tokens that share a row: {0}, rows that they share: {1}.', count(tokens), count(duplicates.length));
  return `${equal} ${l10n.t('Tokens that no text produces: {0}.', count(unreachable.length))}`;
}
