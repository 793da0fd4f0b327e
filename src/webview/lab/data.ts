import { type DataRows, isToken } from '../../shared/columns';
import { isFragment } from '../../shared/glyphs';
import type { Experiment } from '../../shared/lab';
import type { LabCell, LabColumn, Named, ResultTable } from '../../shared/labColumns';
import type { PanelState } from '../../shared/panel';
import type { VocabularyToken } from '../../shared/tokens';
import { type Column, copiedRows, type TableData } from '../parts/columns';
import { namesOf } from '../parts/vocabulary';

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

function columnsOf(
  { key, label, print, minor }: LabColumn,
  at: number,
  rows: ResultTable['rows'],
  onChoose: ((id: number) => void) | undefined,
): readonly Column<readonly LabCell[]>[] {
  const idIn = (row: readonly LabCell[]): number | undefined => {
    const cell = row[at];
    return isToken(cell) ? cell.id : undefined;
  };
  const hasTokens = rows.some((row) => isToken(row[at]));
  const column: Column<readonly LabCell[]> = {
    key,
    sorts: true,
    head: label,
    value: (row) => row[at],
    print,
    name: [hasTokens && 'name', minor && 'wide-only', key === '#' && 'rank'].filter(Boolean).join(' '),
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
  { columns, rows, order }: ResultTable,
  onChoose?: (id: number) => void,
): TableData<readonly LabCell[]> => ({
  columns: columns.flatMap((column, at) => columnsOf(column, at, rows, onChoose)),
  rows,
  order,
});

/** The table with an order of the experiment's own, since two experiments may share a table. */
export const ordered = (experiment: Experiment, table: ResultTable): ResultTable =>
  table.order === undefined ? table : { ...table, order: `lab ${experiment} ${table.order}` };

export const copiedTable = (table: ResultTable): DataRows => copiedRows(tableData(table));

/** A list without the rows whose first token is a control token or a byte fragment; the others keep their ranks. */
export function withoutFragments(table: ResultTable): ResultTable {
  if (!table.isList) return table;
  const subject = (row: readonly LabCell[]) => row.find((cell) => isToken(cell));
  return { ...table, rows: table.rows.filter((row) => !isFragment(subject(row) ?? { bytes: [], special: false })) };
}
