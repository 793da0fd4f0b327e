import * as l10n from '@vscode/l10n';
import { type DataRows, isToken, type Label } from '../../shared/columns';
import { isFragment } from '../../shared/glyphs';
import type { Experiment, LabEntry } from '../../shared/lab';
import type { PanelState } from '../../shared/panel';
import type { VocabularyToken } from '../../shared/tokens';
import { type Column as Drawn, copiedRows, type TableData } from '../parts/columns';
import { namesOf } from '../parts/vocabulary';

/** A token as a result names it. */
export interface Named {
  readonly id: number;
  readonly text: string;
}

export type TokenOf = (named: Named) => VocabularyToken;

const encoder = new TextEncoder();

/**
 * Tokens as they are drawn. Until the vocabulary is loaded, their sizes are unknown, and parts of characters look like
 * text.
 */
export function tokensOf({ vocabulary }: Pick<PanelState, 'vocabulary'>): TokenOf {
  if (vocabulary) return ({ id }) => namesOf(vocabulary).token(id);
  return ({ id, text }) => ({ id, text, bytes: [...encoder.encode(text)], special: false, size: NaN, percentile: NaN });
}

export type Cell = number | Label | VocabularyToken | null;

export interface Column extends Label {
  /** Prints the numbers of the column. */
  readonly print?: (value: number) => string;
  /** Whether a narrow panel hides the column. */
  readonly minor?: boolean;
}

/** A table to draw and to copy: numbers in full, one cell a column. */
export interface DataTable {
  /** Whether the rows are entries of a list, which the user can hide. */
  readonly isList?: boolean;
  /** The name under which an experiment keeps the reader's order, where one can be chosen. */
  readonly order?: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

const rankColumn: Column = { key: '#', label: '#' };
const tokenColumn = (): Column => ({ key: 'token', label: l10n.t('token') });

/** A list of tokens, with further columns. */
export const tokenList = <T extends Named>(
  entries: readonly T[],
  columns: readonly Column[],
  cells: (entry: T) => readonly Cell[],
  tokenOf: TokenOf,
): DataTable => ({
  isList: true,
  columns: [tokenColumn(), ...columns],
  rows: entries.map((entry) => [tokenOf(entry), ...cells(entry)]),
});

/** A list with a column of ranks before it. */
export const ranked = (list: DataTable): DataTable => ({
  ...list,
  columns: [rankColumn, ...list.columns],
  rows: list.rows.map((row, index) => [index + 1, ...row]),
});

/** A list of tokens with their ranks and values. */
export const entryList = (entries: readonly LabEntry[], value: Column, tokenOf: TokenOf): DataTable =>
  ranked(tokenList(entries, [value], (entry) => [entry.value], tokenOf));

/** The first token of a list as a cell. */
export const firstToken = (list: readonly LabEntry[] | undefined, tokenOf: TokenOf): Cell =>
  list?.[0] ? tokenOf(list[0]) : null;

function columnsOf(
  { key, label, print, minor }: Column,
  at: number,
  rows: DataTable['rows'],
  onChoose: ((id: number) => void) | undefined,
): readonly Drawn<readonly Cell[]>[] {
  const idIn = (row: readonly Cell[]): number | undefined => {
    const cell = row[at];
    return isToken(cell) ? cell.id : undefined;
  };
  const hasTokens = rows.some((row) => isToken(row[at]));
  const column: Drawn<readonly Cell[]> = {
    key,
    sorts: true,
    head: label,
    value: (row) => row[at],
    print,
    name: [hasTokens && 'name', minor && 'minor', key === '#' && 'rank'].filter(Boolean).join(' '),
  };
  if (!hasTokens) return [column];
  return [
    {
      ...column,
      names: true,
      cell: (row) => ({ 'data-id': idIn(row) }),
      press: onChoose && ((row) => onChoose(idIn(row) as number)),
    },
    { key: `${key}, id`, value: idIn },
  ];
}

/** A table as it is drawn and copied: a column of tokens is followed by their ids in a copy. */
export const tableData = (
  { columns, rows, order }: DataTable,
  onChoose?: (id: number) => void,
): TableData<readonly Cell[]> => ({
  columns: columns.flatMap((column, at) => columnsOf(column, at, rows, onChoose)),
  rows,
  order,
});

/** The table with an order of the experiment's own, since two experiments may share a table. */
export const ordered = (experiment: Experiment, table: DataTable): DataTable =>
  table.order === undefined ? table : { ...table, order: `lab ${experiment} ${table.order}` };

export const copiedTable = (table: DataTable): DataRows => copiedRows(tableData(table));

/** A list without the rows whose first token is a control token or a byte fragment; the others keep their ranks. */
export function withoutFragments(table: DataTable): DataTable {
  if (!table.isList) return table;
  const subject = (row: readonly Cell[]) => row.find((cell) => isToken(cell));
  return { ...table, rows: table.rows.filter((row) => !isFragment(subject(row) ?? { bytes: [], special: false })) };
}
