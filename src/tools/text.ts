import stringWidth from 'string-width';
import { codeOf, glyphOf } from '../shared/glyphs';

/** The width in terminal columns. Most cells are ASCII, one column a character. */
export const width = (cell: string): number => (/^[ -~]*$/.test(cell) ? cell.length : stringWidth(cell));

/**
 * A table without lines; each letter of `alignment` is l or r. `Math.max` takes no spread here: a long text has more
 * rows than a call may have arguments.
 */
export function table(head: readonly string[], rows: readonly (readonly string[])[], alignment: string): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => all.reduce((most, row) => Math.max(most, width(row[column] ?? '')), 0));
  const padded = (cell: string, column: number): string => {
    const space = ' '.repeat((widths[column] ?? 0) - width(cell));
    return alignment[column] === 'l' ? cell + space : space + cell;
  };
  return all.map((row) => row.map(padded).join('  ').trimEnd()).join('\n');
}

/** Paragraphs, without those that are absent. */
export const paragraphs = (...parts: readonly (string | false | null | undefined)[]): string =>
  parts.filter((part) => part).join('\n\n');

/** A text with at most so many UTF-16 units, and an ellipsis for the rest. It splits no surrogate pair. */
export const shortened = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most).replace(/[\ud800-\udbff]$/, '')}…` : text;

/** Makes spaces, line ends, invisible characters and lone surrogates visible; its glyphs are those of the panel. */
export const visible = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zs}\p{Zl}\p{Zp}]/gu,
    (character) => glyphOf(character)?.[0] ?? `<${codeOf(character)}>`,
  );

/**
 * Objects as rows under their keys, with tabs between: padding would cost a language model tokens. A key without any
 * value has no column. Empty without objects; with them it begins with the title.
 */
export function rowsOf(objects: readonly object[], title?: string): string {
  if (objects.length === 0) return '';
  const maps = objects.map((object) => new Map<string, unknown>(Object.entries(object)));
  const keys = new Set(maps.flatMap((map) => [...map.keys()].filter((key) => (map.get(key) ?? null) !== null)));
  const cell = (value: unknown, key: string): string => {
    if (typeof value === 'number') return six(value);
    if (value === null || value === undefined) return '–';
    if (Array.isArray(value)) return value.map((one) => cell(one, key)).join(',');
    // The spaces of a token matter, those of a sentence do not.
    return key === 'sentence' ? String(value) : visible(String(value));
  };
  const rows = [[...keys], ...maps.map((map) => Array.from(keys, (key) => cell(map.get(key), key)))];
  return [...(title === undefined ? [] : [title]), ...rows.map((row) => row.join('\t'))].join('\n');
}

/** Six significant digits, as in the JSON beside it. */
export const six = (value: number): string => String(sixDigits(value)).replace('-', '−');
export const sixDigits = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(6)));

/** Four significant digits, for a sentence. */
export const four = (value: number): string => String(Number(value.toPrecision(4)));

export const groupedCount = (value: number): string => value.toLocaleString('en-GB');

/** A line that a person typed, as it is but for what a terminal would obey. */
export const harmless = (text: string): string => text.replace(/\p{C}/gu, '\ufffd');
