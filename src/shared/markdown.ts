import { markdownTable as written } from 'markdown-table';

/**
 * Bars and backticks become entities, since Markdown readers differ on a backslash before a bar in a table. Other marks
 * get a backslash.
 */
export const escaped = (text: string): string =>
  text.replace(/[\\*_[\]<>#~&$:@|`]/g, (character) =>
    character === '|' ? '&#124;' : character === '`' ? '&#96;' : `\\${character}`,
  );

/** A table from cells of Markdown, the heads first. `null` leaves a column as readers align it. */
export const markdownTable = (
  cells: readonly (readonly string[])[],
  align: readonly ('left' | 'right' | null)[],
): string => written(cells, { align, alignDelimiters: false });
