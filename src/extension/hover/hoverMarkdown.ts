import { markdownTable } from '../../shared/markdown';

// Pure functions that show foreign text in Markdown literally.

/** Punctuation, line breaks, and white space at either end, which would be trimmed. */
const meaningful = /[!-/:-@[-`{-~\t\n\r\u2028\u2029]|^\s|\s$/gu;

/** Text with all of Markdown's characters escaped. */
export const escapeMarkdown = (text: string): string =>
  text.replace(meaningful, (character) => `&#${character.codePointAt(0)};`);

/** Text as code, outside of a table. Line breaks become spaces. */
export function code(text: string): string {
  const line = text.replace(/\r\n|[\r\n\u2028\u2029]/g, ' ');
  if (line === '') return '';
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  // Markdown strips one space from both ends of code if both have one, unless all of it is spaces.
  const padded = /^`|`$|^ .*[^ ].* $/su.test(line);
  return padded ? `${fence} ${line} ${fence}` : fence + line + fence;
}

/**
 * Text as code in a cell of a table. There a pipe must be escaped even in code, which fails after a backslash.
 */
export const codeInCell = (text: string): string =>
  text.includes('\\|') ? escapeMarkdown(text) : code(text).replaceAll('|', '\\|');

/** Space between columns: the editor leaves hardly any, and trims white space at the ends of a cell. */
const gap = '&nbsp;&nbsp;';

/**
 * A table from cells of Markdown, the header first. Numbers are aligned to the right and stand closer to the column on
 * their left, to which they belong.
 */
export const hoverTable = (rows: readonly (readonly string[])[], columns: readonly ('left' | 'right')[]): string =>
  markdownTable(
    rows.map((row) =>
      row.map((cell, column) => (column === 0 ? cell : gap.repeat(columns[column] === 'left' ? 2 : 1) + cell)),
    ),
    columns,
  );

/** A link that runs a command. Its arguments are numbers only. */
export const commandLink = (label: string, command: string, ...numbers: readonly number[]): string =>
  `[${escapeMarkdown(label)}](command:${command}${numbers.length === 0 ? '' : `?${encodeURIComponent(JSON.stringify(numbers))}`})`;
