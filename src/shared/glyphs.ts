/** How a token's bytes are made visible. Pure. */

import type { Translator } from './translator';

export interface GlyphPiece {
  /**
   * `mark` stands for a white-space or control character, `code` for an invisible one, `hex` for bytes that are no
   * character.
   */
  readonly kind: 'text' | 'mark' | 'code' | 'hex';
  readonly text: string;
  /** What a mark stands for. */
  readonly name?: Mark;
}

type Mark = 'space' | 'newline' | 'tab' | 'return' | 'no-break space' | 'control character' | 'delete';

/** What marks and bytes are called, in the language of those who read it. */
export const glyphWordsIn = (l10n: Translator) => {
  const named: Readonly<Record<Mark, () => string>> = {
    space: () => l10n.t('space'),
    newline: () => l10n.t('newline'),
    tab: () => l10n.t('tab'),
    return: () => l10n.t('return'),
    'no-break space': () => l10n.t('no-break space'),
    'control character': () => l10n.t('control character'),
    delete: () => l10n.t('delete'),
  };
  return {
    /** A mark, and how many of it stand in a row: `space`, `4 × space`. */
    mark: (mark: Mark, many: number): string => (many === 1 ? named[mark]() : `${many} × ${named[mark]()}`),
    /** More marks than one would want to hear one by one. */
    whiteSpace: () => l10n.t('white space'),
    /** The word before hex pairs. */
    bytes: (many: 'one' | 'several') => (many === 'one' ? l10n.t('byte') : l10n.t('bytes')),
  };
};
type GlyphWords = ReturnType<typeof glyphWordsIn>;

type Glyph = readonly [glyph: string, name: Mark];

const marks: Readonly<Record<string, Glyph>> = {
  ' ': ['·', 'space'],
  '\n': ['↵', 'newline'],
  '\t': ['→', 'tab'],
  '\r': ['␍', 'return'],
  '\u00a0': ['⍽', 'no-break space'],
  '\u007f': ['␡', 'delete'],
};

/** What stands for a white-space or control character; null for all others. Unicode draws the first 32. */
export function glyphOf(character: string): Glyph | null {
  const code = character.codePointAt(0) ?? 0;
  return marks[character] ?? (code < 0x20 ? [String.fromCodePoint(0x2400 + code), 'control character'] : null);
}

/** A character by its number: `U+200B`. */
export const codeOf = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/**
 * Characters that draw nothing: format characters (joiners, marks of direction), other spaces, unassigned and private
 * ones.
 */
const invisible = /^[\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}\p{Cn}\p{Co}\p{Default_Ignorable_Code_Point}]$/u;
const variationSelector = /^\p{Variation_Selector}$/u;
const combining = /^\p{M}$/u;

/**
 * Length of the UTF-8 sequence at `at`, or 0 where the bytes are no character (cut, overlong, a surrogate, beyond
 * U+10FFFF).
 */
function sequenceLength(bytes: readonly number[], at: number): number {
  const lead = bytes[at] ?? 0;
  const length =
    lead < 0x80
      ? 1
      : lead >= 0xc2 && lead < 0xe0
        ? 2
        : lead >= 0xe0 && lead < 0xf0
          ? 3
          : lead >= 0xf0 && lead < 0xf5
            ? 4
            : 0;
  if (at + length > bytes.length) return 0;
  for (let next = 1; next < length; next++) if (((bytes[at + next] ?? 0) & 0xc0) !== 0x80) return 0;
  const second = bytes[at + 1] ?? 0;
  if ((lead === 0xe0 && second < 0xa0) || (lead === 0xed && second > 0x9f)) return 0;
  if ((lead === 0xf0 && second < 0x90) || (lead === 0xf4 && second > 0x8f)) return 0;
  return length;
}

function pieceOf(character: string, first: boolean): GlyphPiece {
  const mark = glyphOf(character);
  if (mark) return { kind: 'mark', text: mark[0], name: mark[1] };
  // After its character a variation selector shows in it.
  if (invisible.test(character) && (first || !variationSelector.test(character)))
    return { kind: 'code', text: codeOf(character) };
  // A combining mark with nothing before it would sit on whatever stands to its left.
  if (first && combining.test(character)) return { kind: 'text', text: `◌${character}` };
  return { kind: 'text', text: character };
}

const hex = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0');

/** The code point of a well-formed sequence: the low bits of the lead, then six of each byte that follows. */
function codePoint(bytes: readonly number[], at: number, length: number): number {
  let code = (bytes[at] ?? 0) & (length === 1 ? 0x7f : 0xff >> (length + 1));
  for (let next = 1; next < length; next++) code = (code << 6) | ((bytes[at + next] ?? 0) & 0x3f);
  return code;
}

/** Whether a text is the name of a byte, as files spell it: `<0x21>`. */
export const isByteName = (text: string): boolean => /^<0x[0-9A-F]{2}>$/.test(text);

const known = new WeakMap<readonly number[], readonly GlyphPiece[]>();

/** Bytes as runs of readable text, marks, codes and hex pairs, in order; nothing of the token is left out. */
export function glyphPieces(bytes: readonly number[]): readonly GlyphPiece[] {
  const before = known.get(bytes);
  if (before) return before;
  const made = cut(bytes);
  known.set(bytes, made);
  return made;
}

function cut(bytes: readonly number[]): readonly GlyphPiece[] {
  const result: GlyphPiece[] = [];
  const push = (piece: GlyphPiece): void => {
    const last = result.at(-1);
    if (last?.kind === piece.kind && (piece.kind === 'text' || piece.kind === 'hex')) {
      result[result.length - 1] = {
        kind: piece.kind,
        text: last.text + (piece.kind === 'hex' ? ' ' : '') + piece.text,
      };
    } else result.push(piece);
  };
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      push({ kind: 'hex', text: hex(bytes[at] ?? 0) });
      at += 1;
    } else {
      push(pieceOf(String.fromCodePoint(codePoint(bytes, at, length)), result.at(-1)?.kind !== 'text'));
      at += length;
    }
  }
  return result;
}

/**
 * The name of a token that is nothing but marks, since a mark alone reads as a full stop: `space`, `4 spaces`,
 * `newline, 3 spaces`.
 */
export function markName(list: readonly GlyphPiece[], words: GlyphWords): string | null {
  const runs: { readonly name: Mark; many: number }[] = [];
  for (const { kind, name } of list) {
    if (kind !== 'mark' || name === undefined) return null;
    const last = runs.at(-1);
    if (last?.name === name) last.many += 1;
    else runs.push({ name, many: 1 });
  }
  if (runs.length === 0) return null;
  return runs.length <= 3 ? runs.map(({ name, many }) => words.mark(name, many)).join(', ') : words.whiteSpace();
}

/** The word before hex pairs, which alone would read as a number; null for a token that has readable characters. */
export function byteWord(list: readonly GlyphPiece[], words: GlyphWords): string | null {
  if (!list.some(({ kind }) => kind === 'hex') || list.some(({ kind }) => kind === 'text' || kind === 'code'))
    return null;
  return words.bytes(list.length === 1 && list[0]?.text.length === 2 ? 'one' : 'several');
}

/** A token in one plain string: for labels, tooltips and copied tables. */
export const plainToken = (token: { readonly bytes: readonly number[] }): string =>
  glyphPieces(token.bytes)
    .map((piece) => piece.text)
    .join('');

/** A token as a screen reader should say it. */
export function spokenToken(token: { readonly bytes: readonly number[] }, words: GlyphWords): string {
  return glyphPieces(token.bytes)
    .map(({ kind, text, name }) =>
      name !== undefined
        ? words.mark(name, 1)
        : kind === 'hex'
          ? `${words.bytes(text.length === 2 ? 'one' : 'several')} ${text}`
          : text,
    )
    .join(' ');
}

/** Whether a token cannot be read as text: a control token, or bytes that are not whole characters. */
export const isFragment = ({
  bytes,
  special,
}: {
  readonly bytes: readonly number[];
  readonly special: boolean;
}): boolean => special || glyphPieces(bytes).some(({ kind }) => kind === 'hex');
