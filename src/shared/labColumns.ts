import type { Label } from './columns';
import { count, decimalsWithin, fixed, size } from './format';
import type { ExtremesResult, LabEntry } from './lab';
import type { NamedToken } from './tokens';
import type { Translator } from './translator';

/** A token as a result names it. */
export interface Named {
  readonly id: number;
  readonly text: string;
}

export type NamedTokenOf = (named: Named) => NamedToken;
export type LabCell = number | Label | NamedToken | null;

export interface LabColumn extends Label {
  readonly print?: (value: number) => string;
  /** Whether a narrow panel hides the column. */
  readonly minor?: boolean;
}

/** A table of a result, for the page, copies and a terminal: numbers in full, one cell a column. */
export interface ResultTable {
  /** Absent if the columns say it, or the picture above it. */
  readonly title?: string;
  /** Present if the rows are entries of a list, which a terminal cuts: whether the user can hide some of them. */
  readonly isList?: boolean;
  /** The name under which an experiment keeps the reader's order, where one can be chosen. */
  readonly order?: string;
  readonly columns: readonly LabColumn[];
  readonly rows: readonly (readonly LabCell[])[];
}

/** Prints numbers that lie within `range` of each other so that they differ. */
export const printWithin = (range: number) => (value: number) => fixed(value, decimalsWithin(range, 3));

/** What several tables are made of. */
export function tableParts(l10n: Translator, tokenOf: NamedTokenOf) {
  const sizeColumn: LabColumn = { key: 'size', label: l10n.t('size'), print: size };

  const tokenList = <T extends Named>(
    title: string,
    entries: readonly T[],
    columns: readonly LabColumn[],
    cells: (entry: T) => readonly LabCell[],
  ): ResultTable => ({
    title,
    isList: true,
    columns: [{ key: 'token', label: l10n.t('token') }, ...columns],
    rows: entries.map((entry) => [tokenOf(entry), ...cells(entry)]),
  });
  const ranked = (list: ResultTable): ResultTable => ({
    ...list,
    columns: [{ key: '#', label: '#' }, ...list.columns],
    rows: list.rows.map((row, index) => [index + 1, ...row]),
  });
  const entryList = (title: string, entries: readonly LabEntry[], value: LabColumn): ResultTable =>
    ranked(tokenList(title, entries, [value], (entry) => [entry.value]));
  /** Values in as many digits as tell the first from the last. */
  const sortedList = (title: string, entries: readonly LabEntry[], column: Label): ResultTable => {
    const range = Math.abs((entries.at(-1)?.value ?? 0) - (entries[0]?.value ?? 0));
    return entryList(title, entries, { ...column, print: printWithin(range) });
  };
  const firstToken = (list: readonly LabEntry[] | undefined): LabCell => (list?.[0] ? tokenOf(list[0]) : null);

  return { sizeColumn, tokenList, ranked, entryList, sortedList, firstToken };
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
