import * as l10n from '@vscode/l10n';
import type { SizeSummary } from '../../shared/engine';
import { count, decimalsWithin, fixed, raw } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import { percentileOf, type Side, sizeOf } from '../../shared/sides';
import type { VocabularyToken } from '../../shared/tokens';
import { TokenText } from '../parts/text';

/** The tokens that the histogram names, each once, smallest first. */
export const namedTokens = (
  { smallest, largest }: SizeSummary,
  chosen: VocabularyToken,
  tokens: readonly VocabularyToken[],
  side: Side,
): readonly VocabularyToken[] =>
  [...new Map([smallest, ...tokens, chosen, largest].map((token) => [token.id, token])).values()].sort(
    (a, b) => sizeOf(a, side) - sizeOf(b, side),
  );

/** The histogram in numbers, for the clipboard: the named tokens, then each bar. */
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

interface SizesTableProps {
  readonly sizes: SizeSummary;
  readonly chosen: VocabularyToken;
  readonly tokens: readonly VocabularyToken[];
  readonly side: Side;
}

/** The histogram in numbers: the named tokens, then each bar. */
export function SizesTable({ sizes, chosen, tokens, side }: SizesTableProps) {
  const { from, width: step, counts } = sizes.histogram;
  return (
    <>
      <table>
        <thead>
          <tr>
            <th scope="col">{l10n.t('token')}</th>
            <th scope="col" class="number">
              {l10n.t('size')}
            </th>
            <th scope="col" class="number">
              {l10n.t('smaller, %')}
            </th>
          </tr>
        </thead>
        <tbody>
          {namedTokens(sizes, chosen, tokens, side).map((token) => (
            <tr data-id={token.id}>
              <td>
                <TokenText token={token} chosen={token.id === chosen.id} />
              </td>
              <td class="number" data-value={raw(sizeOf(token, side))}>
                {fixed(sizeOf(token, side), decimalsWithin(step * counts.length, 3))}
              </td>
              <td class="number" data-value={raw(percentileOf(token, side))}>
                {fixed(percentileOf(token, side), 1)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <table>
        <thead>
          <tr>
            <th scope="col" class="number">
              {l10n.t('size from')}
            </th>
            <th scope="col" class="number">
              {l10n.t('tokens')}
            </th>
          </tr>
        </thead>
        <tbody>
          {counts.map((many, bin) => (
            <tr>
              <td class="number">{fixed(from + bin * step, decimalsWithin(10 * step, 2))}</td>
              <td class="number">{count(many)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
