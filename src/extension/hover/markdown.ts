import { markdownTable } from 'markdown-table';

/** Text of others in Markdown: it is shown as it is, and means nothing. Pure. */

/** Punctuation, line breaks, and white space at either end, which would be trimmed. */
const meaningful = /[!-/:-@[-`{-~\t\n\r\u2028\u2029]|^\s|\s$/gu;

/** Text without any form. */
export const escapeMarkdown = (text: string): string =>
  text.replace(meaningful, (character) => `&#${character.codePointAt(0)};`);

/** Text as code, outside of a table. Line breaks become spaces. */
export function code(text: string): string {
  const line = text.replace(/\r\n|[\r\n\u2028\u2029]/g, ' ');
  if (line === '') return '';
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  // One space comes off both ends where both have one, but not off spaces alone.
  const padded = /^`|`$|^ .*[^ ].* $/su.test(line);
  return padded ? `${fence} ${line} ${fence}` : fence + line + fence;
}

/**
 * Text as code in a cell of a table, where a pipe must be escaped even there; after a backslash no code can hold one.
 */
export const codeInCell = (text: string): string =>
  text.includes('\\|') ? escapeMarkdown(text) : code(text).replaceAll('|', '\\|');

/** The editor leaves hardly any room between columns, and white space at the ends of a cell is trimmed. */
const gap = '&nbsp;&nbsp;';

/**
 * Rows of Markdown, the header first. A column is aligned to the left, or, as numbers are, to the right. Numbers stand
 * closer to what is on their left, to which they belong.
 */
export const table = (rows: readonly (readonly string[])[], columns: readonly ('left' | 'right')[]): string =>
  markdownTable(
    rows.map((row) =>
      row.map((cell, column) => (column === 0 ? cell : gap.repeat(columns[column] === 'left' ? 2 : 1) + cell)),
    ),
    { align: columns, alignDelimiters: false },
  );

/** A link that runs a command with numbers alone. */
export const commandLink = (label: string, command: string, ...numbers: readonly number[]): string =>
  `[${escapeMarkdown(label)}](command:${command}${numbers.length === 0 ? '' : `?${encodeURIComponent(JSON.stringify(numbers))}`})`;
