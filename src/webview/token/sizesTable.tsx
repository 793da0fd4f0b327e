import * as l10n from '@vscode/l10n';
import type { SizeSummary } from '../../shared/engine';
import { decimalsWithin, fixed } from '../../shared/format';
import { percentileOf, type Side, sizeOnSide } from '../../shared/sides';
import type { VocabularyToken } from '../../shared/tokens';
import type { TableData } from '../parts/columns';

/** The tokens that the histogram names, each once, smallest first. */
export const namedTokens = (
  { smallest, largest }: SizeSummary,
  chosen: VocabularyToken,
  tokens: readonly VocabularyToken[],
  side: Side,
): readonly VocabularyToken[] =>
  [...new Map([smallest, ...tokens, chosen, largest].map((token) => [token.id, token])).values()].sort(
    (a, b) => sizeOnSide(a, side) - sizeOnSide(b, side),
  );

/** The tokens that the histogram names, in numbers. */
export const namedTable = (
  sizes: SizeSummary,
  chosen: VocabularyToken,
  tokens: readonly VocabularyToken[],
  side: Side,
): TableData<VocabularyToken> => {
  const { width, counts } = sizes.histogram;
  const decimals = decimalsWithin(width * counts.length, 3);
  return {
    columns: [
      { key: 'token', sorts: true, head: l10n.t('token'), value: (token) => token },
      { key: 'id', value: ({ id }) => id },
      {
        key: 'size',
        sorts: true,
        head: l10n.t('size'),
        value: (token) => sizeOnSide(token, side),
        print: (size) => fixed(size, decimals),
      },
      {
        key: 'smaller (%)',
        sorts: true,
        head: l10n.t('smaller, %'),
        value: (token) => percentileOf(token, side),
        print: (percentile) => fixed(percentile, 1),
      },
    ],
    rows: namedTokens(sizes, chosen, tokens, side),
    order: `sizes ${side}`,
  };
};

/** Its bars in numbers. */
export const barsTable = ({ histogram: { from, width, counts } }: SizeSummary): TableData<number> => ({
  columns: [
    {
      key: 'size from',
      head: l10n.t('size from'),
      value: (_, bin) => from + bin * width,
      print: (size) => fixed(size, decimalsWithin(10 * width, 2)),
    },
    { key: 'size to', value: (_, bin) => from + (bin + 1) * width },
    { key: 'tokens', head: l10n.t('tokens'), value: (many) => many },
  ],
  rows: counts,
});
