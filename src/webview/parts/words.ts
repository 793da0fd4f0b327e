import type { VocabularyToken } from '../../shared/tokens';
import { byteWord, pieces, plainToken } from '../../shared/glyphs';

/** A sentence made from numbers: plain words, and tokens that are drawn as tokens. */
export type Words = readonly (string | VocabularyToken)[];

function inSentence(token: VocabularyToken): string {
  const word = byteWord(pieces(token.bytes));
  return word === null ? plainToken(token) : `${word} ${plainToken(token)}`;
}

/** The sentence as one plain string. */
export const sentence = (words: Words): string => words.map((part) => (typeof part === 'string' ? part : inSentence(part))).join('');
