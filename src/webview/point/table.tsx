import * as l10n from '@vscode/l10n';
import type { ComponentChildren } from 'preact';
import type { DataRows } from '../../shared/columns';
import { candidatesOf, type Candidate, type Contrast } from '../../shared/contrasts';
import { fixed, raw } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import { sizeOnSide } from '../../shared/sides';
import type { Column } from '../parts/columns';
import { ordinal } from '../parts/numbers';
import { Table } from '../parts/table';
import { printedNumbers } from './pointWords';

/** Its rows for the clipboard: angles in degrees, ranks from 1. */
export const pointRows = (contrast: Contrast): DataRows => [
  [
    ...['id', 'token', 'distance to h', 'rank by distance', 'angle to h (degrees)', 'rank by angle'],
    ...['size', 'bias', 'logit', 'rank by logit'],
  ],
  ...candidatesOf(contrast).map(({ token, values, angle, ranks, bias, rawLogit, logitRank }) => [
    ...[token.id, plainToken(token), values.euclidean, ranks.euclidean, angle, ranks.cosine],
    ...[sizeOnSide(token, 'output'), bias, rawLogit, logitRank],
  ]),
];

interface Row {
  readonly candidate: Candidate;
  readonly size: number;
  /** Which of the printed numbers are the candidate's. */
  readonly at: number;
}

interface PointTableProps {
  readonly contrast: Contrast;
  readonly chosen: number | undefined;
  readonly onChoose: (id: number) => void;
}

/** One row a candidate: its three numbers with their ranks, and its size as a bar. */
export function PointTable({ contrast, chosen, onChoose }: PointTableProps) {
  const rows = candidatesOf(contrast).map((candidate, at) => ({
    candidate,
    at,
    size: sizeOnSide(candidate.token, 'output'),
  }));
  const largest = Math.max(...rows.map(({ size }) => size));
  const printed = printedNumbers(contrast);
  const ranked = (
    name: string,
    head: string,
    numbers: readonly string[],
    of: (candidate: Candidate) => readonly [value: number, rank: number],
  ): Column<Row> => ({
    head,
    name: 'number',
    cell: () => ({ 'data-column': name }),
    draw: ({ candidate, at }) => {
      const [value, rank] = of(candidate);
      return (
        <>
          <Full value={value}>{numbers[at]}</Full>{' '}
          <span class={rank === 1 ? 'small strong point-rank best' : 'small quiet point-rank'} data-value={rank}>
            {ordinal(rank)}
          </span>
        </>
      );
    },
  });
  const bias: Column<Row> = {
    head: l10n.t('bias'),
    value: ({ candidate }) => candidate.bias,
    print: (value) => fixed(value, 2),
    cell: () => ({ 'data-column': 'bias' }),
  };
  const columns: readonly Column<Row>[] = [
    {
      head: <span class="hidden">{l10n.t('token')}</span>,
      cells: 'name',
      names: true,
      value: ({ candidate }) => candidate.token,
      press: ({ candidate }) => onChoose(candidate.token.id),
    },
    ranked('distance', l10n.t('{0} to h', l10n.t('distance')), printed.distances, ({ values, ranks }) => [
      values.euclidean,
      ranks.euclidean,
    ]),
    ranked('angle', l10n.t('{0} to h', l10n.t('angle')), printed.angles, ({ angle, ranks }) => [angle, ranks.cosine]),
    {
      head: l10n.t('size'),
      name: 'point-size',
      cell: () => ({ 'data-column': 'size' }),
      draw: ({ size, at }) => (
        <>
          <span class="point-bar">
            <span class="bar" style={{ width: `${(100 * size) / largest}%` }} />
          </span>
          <Full value={size}>{printed.sizes[at]}</Full>
        </>
      ),
    },
    ...(rows.some(({ candidate }) => candidate.bias !== 0) ? [bias] : []),
    ranked('logit', l10n.t('logit'), printed.logits, ({ rawLogit, logitRank }) => [rawLogit, logitRank]),
  ];
  return (
    <Table
      name="point-table"
      label={l10n.t('Distance, angle, size and logit of each token')}
      columns={columns}
      rows={rows}
      chosen={chosen}
      row={({ candidate }) => ({
        class: candidate === contrast.predicted ? 'first' : undefined,
        'data-id': candidate.token.id,
      })}
    />
  );
}

const Full = ({ value, children }: { readonly value: number; readonly children: ComponentChildren }) => (
  <span class="point-number" data-value={raw(value)}>
    {children}
  </span>
);
