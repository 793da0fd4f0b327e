import type { LabResult } from '../../../shared/lab';
import { metrics } from '../../../shared/tokens';
import { copiedRows, type DataTable, withoutFragments } from '../data';
import type { TokenOf } from '../names';
import {
  agreementTable,
  anglesTable,
  changesTable,
  duplicatesTable,
  examplesTable,
  firstsTable,
  lengthTable,
  listOf,
  longestTable,
  missesTable,
  nearMeanTable,
  shortestTable,
  sizesTable,
  tenthsTable,
  unreachableTable,
  wayTable,
  widestTable,
  winnersTable,
} from './tables';

/** All tables of a result, as they are drawn from top to bottom. */
export function tablesOf(found: LabResult, tokenOf: TokenOf): readonly DataTable[] {
  switch (found.name) {
    case 'rulers':
    case 'one-length':
      return [agreementTable(found.result), ...metrics.map((metric) => listOf(found.result, metric, tokenOf))];
    case 'round-trip':
      return [missesTable(found.result), examplesTable(found.result, tokenOf)];
    case 'target-size':
      return [tenthsTable(found.result), winnersTable(found.result, tokenOf)];
    case 'softmax-shift':
      return [changesTable(found.result)];
    case 'length':
      return [lengthTable(found.result), firstsTable(found.result, tokenOf)];
    case 'between':
      return [
        sizesTable(found.result),
        wayTable(found.result, 'straight', tokenOf),
        wayTable(found.result, 'sphere', tokenOf),
      ];
    case 'tied':
      return [
        anglesTable(found.result),
        widestTable(found.result.tied ? (found.result.gainFolded?.most ?? []) : found.result.most, tokenOf),
      ];
    case 'extremes':
      return [longestTable, shortestTable, nearMeanTable, duplicatesTable, unreachableTable].map((table) =>
        table(found.result, tokenOf),
      );
  }
}

/** What is copied of a result: its tables one below the other, without the rows that are hidden. */
export const copiedResult = (
  found: LabResult,
  tokenOf: TokenOf,
  hideFragments: boolean,
): readonly (readonly (string | number)[])[] =>
  tablesOf(found, tokenOf).flatMap((table, index) => [
    ...(index > 0 ? [[]] : []),
    ...copiedRows(hideFragments ? withoutFragments(table) : table),
  ]);
