import * as l10n from '@vscode/l10n';
import type { SizeSummary } from '../../shared/engine';
import { percentileOf, type Side, sizeOf } from '../../shared/sides';
import type { VocabularyToken } from '../../shared/tokens';
import { count, fixed, raw, size } from '../../shared/format';
import { TokenText } from '../parts/text';
import { namedTokens } from './sizesRows';

interface SizesTableProps {
  readonly sizes: SizeSummary;
  readonly chosen: VocabularyToken;
  readonly tokens: readonly VocabularyToken[];
  readonly side: Side;
}

/**
 * What the histogram draws: the sizes of the named tokens, and how many tokens of the vocabulary each bar stands for.
 */
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
                {size(sizeOf(token, side))}
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
              <td class="number">{fixed(from + bin * step, 2)}</td>
              <td class="number">{count(many)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
