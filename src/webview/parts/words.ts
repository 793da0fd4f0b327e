import type { VocabularyToken } from '../../shared/tokens';
import { byteWord, pieces, plainToken } from '../../shared/glyphs';
import { glyphWords } from './glyphWords';

/** A sentence made from numbers: plain words, and tokens that are drawn as tokens. */
export type Words = readonly (string | VocabularyToken)[];

/**
 * A translated template with pieces of any kind in place of `{0}`, `{1}` …, in the order of the template; empty text is
 * left out. The template comes from `l10n.t` without arguments: what is put in must not be searched for places again.
 */
export const filled = <Piece>(template: string, ...pieces: readonly Piece[]): readonly (string | Piece)[] =>
  template
    .split(/(\{\d+\})/)
    .filter((part) => part !== '')
    .map((part) => {
      const place = /^\{(\d+)\}$/.exec(part);
      return place ? (pieces[Number(place[1])] ?? part) : part;
    });

/** A translated template as a sentence with tokens, numbers and shorter sentences in it. */
export const words = (template: string, ...pieces: readonly (string | VocabularyToken | Words)[]): Words =>
  filled(template, ...pieces).flat();

function inSentence(token: VocabularyToken): string {
  const word = byteWord(pieces(token.bytes), glyphWords);
  return word === null ? plainToken(token) : `${word} ${plainToken(token)}`;
}

/** The sentence as one plain string. */
export const sentence = (words: Words): string =>
  words.map((part) => (typeof part === 'string' ? part : inSentence(part))).join('');
