import * as l10n from '@vscode/l10n';
import { max, maxIndex, median, min } from 'd3-array';
import { fixed } from '../../../shared/format';
import type { TextView } from '../../../shared/place';
import { type CopiedRows, copiedRows, type TableData } from '../../parts/columns';
import { residualCell, shortResidual } from '../../parts/layers';
import { shortPlace } from '../../parts/place';
import { TokenText } from '../../parts/text';
import type { Sizes } from './map';

/** Every size, for the clipboard. */
export const mapRows = (sizes: Sizes, { tokens }: TextView): CopiedRows =>
  copiedRows({
    columns: [
      { key: 'layer', value: ({ layer }) => residualCell(layer) },
      { key: 'position', value: ({ position }) => position },
      { key: 'token', value: ({ position }) => tokens[position] },
      { key: 'size of r', value: ({ size }) => size },
    ],
    rows: sizes.flatMap((row, layer) => Array.from(row, (size, position) => ({ layer, position, size }))),
  });

const one = (value: number): string => fixed(value, 1);

/** The smallest, the median and the largest size of each layer. */
export const mapTable = (sizes: Sizes, text: TextView): TableData<readonly number[]> => ({
  columns: [
    { head: l10n.t('layer'), name: 'number', value: (_, layer) => shortResidual(layer) },
    { head: l10n.t('smallest'), value: (row) => min(row), print: one },
    { head: l10n.t('median'), value: (row) => median(row), print: one },
    { head: l10n.t('largest'), value: (row) => max(row), print: one },
    {
      head: l10n.t('at'),
      draw: (row) => {
        const largest = Math.max(0, maxIndex(row));
        const token = text.tokens[largest];
        return (
          <>
            {token && <TokenText token={token} />} {shortPlace(text, largest)}
          </>
        );
      },
    },
  ],
  rows: sizes.map((row) => Array.from(row)),
});
