/**
 * Bars and backticks become entities, since Markdown readers differ on a backslash before a bar in a table. Other marks
 * get a backslash.
 */
export const escaped = (text: string): string =>
  text.replace(/[\\*_[\]<>#~&$:@|`]/g, (character) =>
    character === '|' ? '&#124;' : character === '`' ? '&#96;' : `\\${character}`,
  );
