import * as l10n from '@vscode/l10n';
import { max, maxIndex, median, min } from 'd3-array';
import type { DataRows } from '../../../shared/columns';
import { count, fixed, percent, roundedSize } from '../../../shared/format';
import type { Dimensions, DimensionShare } from '../../../shared/layers';
import type { TextView } from '../../../shared/place';
import type { Token } from '../../../shared/tokens';
import type { Actions } from '../../actions';
import { type Column, copiedRows, type TableData } from '../../parts/columns';
import { residualCell, residualPlace, shortResidual } from '../../parts/layers';
import { shortPlace } from '../../parts/place';
import { barColumn, Table } from '../../parts/table';
import { TokenText } from '../../parts/text';
import { ResidualHead } from '../lens/lens';
import type { MapCell, MapSizes } from './map';

/** Every size, for the clipboard. */
export const mapRows = (sizes: MapSizes, { tokens }: TextView): DataRows =>
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
export const mapTable = (sizes: MapSizes, text: TextView): TableData<readonly number[]> => ({
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

/**
 * A massive activation is above 100 and far above the median of its residual. Sun et al. (2024, arXiv:2402.17762) ask
 * for about a thousand times the median; small models reach hundreds of times.
 */
const leastValue = 100;
const leastTimes = 100;

export const isMassive = ({ value }: DimensionShare, { median }: Pick<Dimensions, 'median'>): boolean =>
  Math.abs(value) > leastValue && Math.abs(value) >= leastTimes * median;

function times({ value }: DimensionShare, median: number): string {
  const ratio = Math.abs(value) / median;
  return ratio < 10 ? fixed(ratio, 1) : count(ratio);
}

/** Which dimension carries most of the residual, and how much. */
export function dimensionWords(dimensions: Dimensions): string {
  const { largest, median, size } = dimensions;
  const [first] = largest;
  if (!first || size === 0) return l10n.t('This residual is zero in every dimension.');
  const numbers = [first.dimension, percent(100 * first.share), roundedSize(size)] as const;
  if (median === 0) return l10n.t('Dimension {0} carries {1} of the square of the size {2}.', ...numbers);
  return isMassive(first, dimensions)
    ? l10n.t(
        'Dimension {0} alone carries {1} of the square of the size {2}. Its value is {3} times the median of all dimensions: a massive activation.',
        ...numbers,
        times(first, median),
      )
    : l10n.t(
        'Dimension {0} has the largest share, {1} of the square of the size {2}. Its value is {3} times the median of all dimensions. None is a massive activation.',
        ...numbers,
        times(first, median),
      );
}

interface ChosenResidualProps {
  readonly cell: MapCell;
  /** `position 5`. */
  readonly place: string;
  readonly token: Token | undefined;
  /** Of this residual; `null` while they are computed. */
  readonly dimensions: Dimensions | null;
  /** Why they are not computed. */
  readonly wait: string | null;
  readonly act: Actions;
}

const columnsOf = (): readonly Column<Dimensions['largest'][number]>[] => [
  { head: l10n.t('dimension'), value: ({ dimension }) => dimension, print: String },
  {
    head: l10n.t('value'),
    value: ({ value }) => value,
    print: (value) => (value < 0 ? `−${roundedSize(-value)}` : roundedSize(value)),
  },
  { head: l10n.t('share of ‖r‖²'), value: ({ share }) => share, print: (share) => percent(100 * share) },
  barColumn(({ share }) => share || 0),
];

/** The dimensions that carry most of the residual that was chosen in the map. */
export function ChosenResidual({ cell, place, token, dimensions, wait, act }: ChosenResidualProps) {
  const { position, layer } = cell;
  const show = (): void => {
    act.post({ type: 'chooseAxis', axis: { kind: 'residual', position, layer } });
    act.goTo('vectorscope');
  };
  return (
    <div class="small quiet above size-dimensions" data-fact="dimensions" data-layer={layer} data-position={position}>
      <ResidualHead place={l10n.t('{0}, {1}', place, residualPlace(layer))} token={token} onShow={show} />
      {dimensions ? (
        <>
          <p>{dimensionWords(dimensions)}</p>
          <Table
            name="natural"
            columns={columnsOf()}
            rows={dimensions.largest}
            row={(one) => ({
              class: isMassive(one, dimensions) ? 'massive' : undefined,
              'data-dimension': one.dimension,
            })}
          />
          <p>
            {l10n.t(
              'Dimensions count from 0. The median of their absolute values is {0}.',
              roundedSize(dimensions.median),
            )}
          </p>
        </>
      ) : (
        <p>{wait ?? l10n.t('Computing.')}</p>
      )}
    </div>
  );
}
