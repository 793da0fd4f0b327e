import type { SizeSummary } from '../../shared/engine';
import { percentileOf, type Side, sizeOf } from '../../shared/sides';
import type { VocabularyToken } from '../../shared/tokens';
import { plainToken } from '../../shared/glyphs';

/** The tokens that the picture names, each once, smallest first. */
export const namedTokens = (
  { smallest, largest }: SizeSummary,
  chosen: VocabularyToken,
  tokens: readonly VocabularyToken[],
  side: Side,
): readonly VocabularyToken[] =>
  [...new Map([smallest, ...tokens, chosen, largest].map((token) => [token.id, token])).values()].sort(
    (a, b) => sizeOf(a, side) - sizeOf(b, side),
  );

/** What is copied of the sizes: the named tokens, then how many tokens of the vocabulary each bar stands for. */
export function sizesRows(
  sizes: SizeSummary,
  chosen: VocabularyToken,
  tokens: readonly VocabularyToken[],
  side: Side = 'input',
): readonly (readonly (string | number)[])[] {
  const { from, width, counts } = sizes.histogram;
  return [
    ['token', 'id', 'size', 'smaller (%)'],
    ...namedTokens(sizes, chosen, tokens, side).map((token) => [
      plainToken(token),
      token.id,
      sizeOf(token, side),
      percentileOf(token, side),
    ]),
    ['size from', 'size to', 'tokens'],
    ...counts.map((many, bin) => [from + bin * width, from + (bin + 1) * width, many]),
  ];
}
