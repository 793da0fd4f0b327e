import * as l10n from '@vscode/l10n';
import type { ComponentChildren } from 'preact';
import { candidatesOf, type Candidate, type Contrast } from '../../shared/contrasts';
import { fixed, raw } from '../../shared/format';
import { sizeOnSide } from '../../shared/sides';
import type { Column, TableData } from '../parts/columns';
import { ordinal } from '../parts/numbers';
import { printedNumbers } from './pointWords';

const sizeOf = ({ token }: Candidate): number => sizeOnSide(token, 'output');

/** One row a candidate: its three numbers with their ranks, and its size as a bar. Angles are copied in degrees. */
export function pointTable(contrast: Contrast): TableData<Candidate> {
  const rows = candidatesOf(contrast);
  const largest = Math.max(...rows.map(sizeOf));
  const printed = printedNumbers(contrast);
  /** A number and its rank. */
  const ranked = (
    [name, key]: readonly [name: string, key: string],
    head: string,
    numbers: readonly string[],
    of: (candidate: Candidate) => readonly [value: number, rank: number],
  ): readonly Column<Candidate>[] => [
    {
      ...{ key, head, name: 'number', cell: () => ({ 'data-column': name }), value: (row) => of(row)[0] },
      draw(row, at) {
        const [value, rank] = of(row);
        return (
          <>
            <Full value={value}>{numbers[at]}</Full>{' '}
            <span class={rank === 1 ? 'small strong point-rank best' : 'small quiet point-rank'} data-value={rank}>
              {ordinal(rank)}
            </span>
          </>
        );
      },
    },
    { key: `rank by ${name}`, value: (row) => of(row)[1] },
  ];
  const toH = (what: string): string => l10n.t('{0} to h', what);
  const { distances, angles, logits } = printed;
  return {
    columns: [
      { key: 'id', value: ({ token }) => token.id },
      {
        ...{ key: 'token', head: <span class="hidden">{l10n.t('token')}</span>, cells: 'name', names: true },
        value: ({ token }) => token,
      },
      ...ranked(['distance', 'distance to h'], toH(l10n.t('distance')), distances, ({ values, ranks }) => [
        values.euclidean,
        ranks.euclidean,
      ]),
      ...ranked(['angle', 'angle to h (degrees)'], toH(l10n.t('angle')), angles, (row) => [
        row.angle,
        row.ranks.cosine,
      ]),
      { key: 'size', value: sizeOf },
      {
        head: l10n.t('size'),
        name: 'point-size',
        cell: () => ({ 'data-column': 'size' }),
        draw: (candidate, at) => (
          <>
            <span class="point-bar">
              <span class="bar" style={{ width: `${(100 * sizeOf(candidate)) / largest}%` }} />
            </span>
            <Full value={sizeOf(candidate)}>{printed.sizes[at]}</Full>
          </>
        ),
      },
      {
        ...{ key: 'bias', head: rows.some(({ bias }) => bias !== 0) ? l10n.t('bias') : undefined },
        ...{ value: ({ bias }) => bias, print: (value) => fixed(value, 2), cell: () => ({ 'data-column': 'bias' }) },
      },
      ...ranked(['logit', 'logit'], l10n.t('logit'), logits, ({ rawLogit, logitRank }) => [rawLogit, logitRank]),
    ],
    rows,
  };
}

const Full = ({ value, children }: { readonly value: number; readonly children: ComponentChildren }) => (
  <span class="point-number" data-value={raw(value)}>
    {children}
  </span>
);
