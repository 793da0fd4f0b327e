import * as l10n from '@vscode/l10n';
import { byteWord, glyphWordsIn, pieces, plainToken, markName, spokenToken } from '../../shared/glyphs';
import type { NamedToken } from '../../shared/tokens';

/** A sentence of strings and tokens. */
export type Words = readonly (string | NamedToken)[];

/**
 * Splits a translated template at `{0}`, `{1}` … and puts pieces of any kind there. The template comes from `l10n.t`
 * without arguments, so that the text of a piece is not taken for a placeholder.
 */
export const filled = <Piece>(template: string, ...pieces: readonly Piece[]): readonly (string | Piece)[] =>
  template
    .split(/(\{\d+\})/)
    .filter((part) => part !== '')
    .map((part) => {
      const place = /^\{(\d+)\}$/.exec(part);
      return place ? (pieces[Number(place[1])] ?? part) : part;
    });

/** Fills a translated template with tokens, strings and shorter sentences. */
export const words = (template: string, ...pieces: readonly (string | NamedToken | Words)[]): Words =>
  filled(template, ...pieces).flat();

function inSentence(token: NamedToken): string {
  const word = byteWord(pieces(token.bytes), glyphWords);
  return word === null ? plainToken(token) : `${word} ${plainToken(token)}`;
}

/** A sentence as one string. */
export const sentence = (words: Words): string =>
  words.map((part) => (typeof part === 'string' ? part : inSentence(part))).join('');

export const glyphWords = glyphWordsIn(l10n);

/** Accessible name of a token: `2 spaces`, not `space space`. */
export const tokenLabel = (token: { readonly bytes: readonly number[] }): string =>
  markName(pieces(token.bytes), glyphWords) ?? spokenToken(token, glyphWords);

const encoder = new TextEncoder();

/** A text with what draws nothing made visible, but for spaces. */
export const visible = (text: string): string =>
  pieces([...encoder.encode(text)])
    .map((piece) => (piece.name === 'space' ? ' ' : piece.text))
    .join('');
