import type { SizeSummary } from '../../shared/engine';
import type { VocabularyToken } from '../../shared/tokens';
import { plainToken } from '../../shared/glyphs';

/** The tokens that the picture names, each once, smallest first. */
export const namedTokens = ({ smallest, largest }: SizeSummary, chosen: VocabularyToken, tokens: readonly VocabularyToken[]): readonly VocabularyToken[] =>
  [...new Map([smallest, ...tokens, chosen, largest].map((token) => [token.id, token])).values()].sort((a, b) => a.size - b.size);

/** What is copied of the sizes: the named tokens, then how many tokens of the vocabulary each bar stands for. */
export function sizesRows(sizes: SizeSummary, chosen: VocabularyToken, tokens: readonly VocabularyToken[]): readonly (readonly (string | number)[])[] {
  const { from, width, counts } = sizes.histogram;
  return [
    ['token', 'id', 'size', 'smaller (%)'],
    ...namedTokens(sizes, chosen, tokens).map((token) => [plainToken(token), token.id, token.size, token.percentile]),
    ['size from', 'size to', 'tokens'],
    ...counts.map((many, bin) => [from + bin * width, from + (bin + 1) * width, many]),
  ];
}
