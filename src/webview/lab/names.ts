import type { PanelState } from '../../shared/panel';
import type { VocabularyToken } from '../../shared/tokens';
import { namesOf } from '../parts/vocabulary';

/** What an experiment says of a token. */
export interface Named {
  readonly id: number;
  readonly text: string;
}

export type TokenOf = (named: Named) => VocabularyToken;

const encoder = new TextEncoder();

/**
 * Tokens as they are drawn. Until the vocabulary is known, bytes that are no text cannot be told apart, and no size is
 * known.
 */
export function tokensOf({ vocabulary }: Pick<PanelState, 'vocabulary'>): TokenOf {
  if (vocabulary) return ({ id }) => namesOf(vocabulary).token(id);
  return ({ id, text }) => ({ id, text, bytes: [...encoder.encode(text)], special: false, size: NaN, percentile: NaN });
}
