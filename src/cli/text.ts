import stringWidth from 'string-width';

/** Columns that a terminal draws. Most cells are ASCII, which takes one each. */
const width = (cell: string): number => (/^[ -~]*$/.test(cell) ? cell.length : stringWidth(cell));

/**
 * A table without lines; each letter of `alignment` is l or r. A long text has a row for each of its tokens, far more
 * than a call may have arguments.
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

/** Spaces, line ends and characters that draw nothing made visible, much as in the panel. */
export const visible = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}]/gu,
    (character) => marks[character] ?? picture(character.codePointAt(0) ?? 0),
  );

const marks: Readonly<Record<string, string>> = {
  ' ': '·',
  '\n': '↵',
  '\t': '→',
  '\r': '␍',
  '\u00a0': '⍽',
  '\u007f': '␡',
};

/** Unicode has a picture for each of the first 32 control characters; the others are told by their number. */
const picture = (code: number): string =>
  code < 0x20 ? String.fromCodePoint(0x2400 + code) : `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;

export const number = (value: number, digits: number): string => value.toFixed(digits).replace('-', '−');
export const count = (value: number): string => value.toLocaleString('en-GB');
