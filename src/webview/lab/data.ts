import * as l10n from '@vscode/l10n';
import { type DataRows, isToken } from '../../shared/columns';
import { isFragment } from '../../shared/glyphs';
import type { DoneLab, Experiment, LabResult } from '../../shared/lab';
import type { ResultRow, ResultTable, Named } from '../../shared/labColumns';
import { labTablesOf } from '../../shared/labTables';
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

/** A table as it is drawn. */
export function tableData({ columns, rows, order }: ResultTable): TableData<ResultRow> {
  const drawn = columns.map(({ isMinor, ...column }, at): Column<ResultRow> => {
    const hasTokens = rows.some((row) => isToken(row[at]));
    const name = [hasTokens && 'name', isMinor && 'wide-only', column.key === '#' && 'rank'].filter(Boolean).join(' ');
    const idIn = (row: ResultRow) => (isToken(row[at]) ? row[at].id : undefined);
    return {
      ...{ ...column, name },
      ...(hasTokens && { names: true, cell: (row) => ({ 'data-id': idIn(row) }) }),
    };
  });
  return { columns: drawn, rows, order };
}

/** The table with an order of the experiment's own, since two experiments may share a table. */
export const ordered = (experiment: Experiment, table: ResultTable): ResultTable =>
  table.order === undefined ? table : { ...table, order: `lab ${experiment} ${table.order}` };

/** All tables of a result, one after the other as they are drawn, their rows in the order that the reader chose. */
export const tablesOf = (found: LabResult, tokenOf: TokenOf): readonly ResultTable[] =>
  labTablesOf(found, l10n, tokenOf).map((table) => ordered(found.name, table));

/**
 * The rows of all tables without the hidden ones. Before those of an estimate stands a row that says so, with the share
 * of the run that is done.
 */
export const copiedResult = (
  { result, share }: Pick<DoneLab, 'result' | 'share'>,
  tokenOf: TokenOf,
  hideFragments: boolean,
): readonly DataRows[] => [
  ...(share === undefined ? [] : [[['estimate, share done', share]]]),
  ...tablesOf(result, tokenOf).map((table) => copiedRows(hideFragments ? withoutFragments(table) : table)),
];

/** A list without the rows whose first token is a control token or a byte fragment; the others keep their ranks. */
export const withoutFragments = (table: ResultTable): ResultTable =>
  table.isList ? { ...table, rows: table.rows.filter((row) => !isFragment(row.find(isToken) ?? noToken)) } : table;

const noToken = { bytes: [], special: false };
