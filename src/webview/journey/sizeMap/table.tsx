import * as l10n from '@vscode/l10n';
import { maxIndex, median, min } from 'd3-array';
import { fixed, raw } from '../../../shared/format';
import { plainToken } from '../../../shared/glyphs';
import type { TextView } from '../../../shared/place';
import { residualCell, shortResidual } from '../../parts/layers';
import { shortPlace } from '../../parts/place';
import { TokenText } from '../../parts/text';
import type { Sizes } from './map';

/** Every size, for the clipboard. */
export const mapRows = (sizes: Sizes, { tokens }: TextView): readonly (readonly (string | number)[])[] => [
  ['layer', 'position', 'token', 'size of r'],
  ...sizes.flatMap((row, layer) =>
    Array.from(row, (long, position) => {
      const token = tokens[position];
      return [residualCell(layer), position, token ? plainToken(token) : '', raw(long)];
    }),
  ),
];

/** The smallest, the median and the largest size of each layer. */
export const MapTable = ({ sizes, text }: { readonly sizes: Sizes; readonly text: TextView }) => (
  <table class="size-table">
    <thead>
      <tr>
        <th scope="col" class="number">
          {l10n.t('layer')}
        </th>
        <th scope="col" class="number">
          {l10n.t('smallest')}
        </th>
        <th scope="col" class="number">
          {l10n.t('median')}
        </th>
        <th scope="col" class="number">
          {l10n.t('largest')}
        </th>
        <th scope="col">{l10n.t('at')}</th>
      </tr>
    </thead>
    <tbody>
      {sizes.map((there, layer) => {
        const row = Array.from(there);
        const largest = Math.max(0, maxIndex(row));
        const token = text.tokens[largest];
        return (
          <tr>
            <td class="number">{shortResidual(layer)}</td>
            {[min(row), median(row), row[largest]].map((value) => (
              <td class="number" data-value={raw(value)}>
                {fixed(value, 1)}
              </td>
            ))}
            <td>
              {token && <TokenText token={token} />} {shortPlace(text, largest)}
            </td>
          </tr>
        );
      })}
    </tbody>
  </table>
);
