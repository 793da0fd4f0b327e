import Table from 'cli-table3';

const bare = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** A table without lines; each letter of `alignment` is l or r. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], alignment: string): string {
  const made = new Table({
    head: [...head],
    chars: bare,
    colAligns: Array.from(alignment, (letter) => (letter === 'l' ? 'left' : 'right')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  made.push(...rows.map((row) => [...row]));
  return made.toString().replace(/[ ]+$/gm, '');
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
