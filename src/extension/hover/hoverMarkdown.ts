import * as v from 'valibot';
import { markdownTable } from '../../shared/columns';
import type { Token, Range } from '../../shared/tokens';

/** The tokens of a hover's link. */
export interface Linked {
  /** The index of its first token in the inspection. */
  readonly position: number;
  /** The hover's characters, UTF-16 offsets into the inspected text. */
  readonly span: Range;
}

const whole = v.pipe(v.number(), v.safeInteger());
const counted = v.pipe(whole, v.minValue(0));
/** The first token's position, the span's start and end, and the ids of all tokens. */
const form = v.tupleWithRest([counted, whole, whole, counted], counted);

/** The arguments of a link: the tokens of its hover. */
export const linkArguments = (tokens: readonly [Token, ...Token[]], { start, end }: Range): readonly number[] => [
  tokens[0].index,
  start,
  end,
  ...tokens.map(({ id }) => id),
];

/**
 * Finds a link's tokens among the present ones. `null` if its arguments are malformed, or if other tokens are there
 * now: a hover may outlive its inspection.
 */
export function linkedIn(tokens: readonly Token[], given: readonly unknown[]): Linked | null {
  const read = v.safeParse(form, given);
  if (!read.success) return null;
  const [position, start, end, ...ids] = read.output;
  const [first, last] = [tokens[position], tokens[position + ids.length - 1]];
  if (!first || !last || ids.some((id, at) => tokens[position + at]?.id !== id)) return null;
  return first.start <= start && start < end && end <= last.end ? { position, span: { start, end } } : null;
}

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
