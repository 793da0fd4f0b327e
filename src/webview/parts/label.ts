import { markName, pieces, spokenToken } from '../../shared/glyphs';

/** What a token's button is called: as it is drawn there, `2 spaces` and not `space space`. */
export const tokenLabel = (token: { readonly bytes: readonly number[] }): string => markName(pieces(token.bytes)) ?? spokenToken(token);
