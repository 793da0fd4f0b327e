import { markName, pieces, spokenToken } from '../../shared/glyphs';
import { glyphWords } from './glyphWords';

/** What a token's button is called: as it is drawn there, `2 spaces` and not `space space`. */
export const tokenLabel = (token: { readonly bytes: readonly number[] }): string =>
  markName(pieces(token.bytes), glyphWords) ?? spokenToken(token, glyphWords);
