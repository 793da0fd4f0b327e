import * as l10n from '@vscode/l10n';
import { byteWord, glyphWordsIn, glyphPieces, plainToken, markName, spokenToken } from '../../shared/glyphs';
import type { NamedToken } from '../../shared/tokens';
import { filled, words, type Words } from '../../shared/words';

export { filled, words, type Words };

function inSentence(token: NamedToken): string {
  const word = byteWord(glyphPieces(token.bytes), glyphWords);
  return word === null ? plainToken(token) : `${word} ${plainToken(token)}`;
}

/** A sentence as one string. */
export const sentence = (words: Words): string =>
  words.map((part) => (typeof part === 'string' ? part : inSentence(part))).join('');

export const glyphWords = glyphWordsIn(l10n);

/** Accessible name of a token: `2 spaces`, not `space space`. */
export const tokenLabel = (token: { readonly bytes: readonly number[] }): string =>
  markName(glyphPieces(token.bytes), glyphWords) ?? spokenToken(token, glyphWords);

const encoder = new TextEncoder();

/** A text with what draws nothing made visible, but for spaces. */
export const visibleText = (text: string): string =>
  glyphPieces([...encoder.encode(text)])
    .map((piece) => (piece.name === 'space' ? ' ' : piece.text))
    .join('');
