import type { VocabularyToken } from '../../shared/tokens';
import { plainToken } from './glyphs';

/** A sentence made from numbers: plain words, and tokens that are drawn as tokens. */
export type Words = readonly (string | VocabularyToken)[];

/** The sentence as one plain string. */
export const sentence = (words: Words): string => words.map((part) => (typeof part === 'string' ? part : plainToken(part))).join('');
