import type { Encoded } from '../../shared/engine';
import { plainToken } from '../../shared/glyphs';

/** What is copied of an encoding: the pieces that are drawn, after how many there are in all. */
export const encodedRows = ({ encoding, count, tokens }: Encoded): readonly (readonly (string | number)[])[] => [
  ['encoding', 'tokens in all'],
  [encoding, count],
  ['index', 'id', 'token', 'start', 'end'],
  ...tokens.map((token, index) => [index, token.id, plainToken(token), token.start, token.end]),
];
