/**
 * Rows as tab-separated text, for the clipboard. Tabs and line ends inside a cell become spaces, so that columns stay
 * columns.
 */
export const tabSeparated = (rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((row) => row.map((cell) => String(cell).replace(/[\t\r\n]/g, ' ')).join('\t')).join('\n') + '\n';
