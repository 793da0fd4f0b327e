import * as l10n from '@vscode/l10n';
import { probability } from '../../../shared/format';
import type { Leaders, LensStep } from '../../../shared/layers';
import { copiedCell, type CopiedRows, type TableData } from '../../parts/columns';
import { shortStep, stepCells, stepName } from '../lens/steps';
import { leads, peakOf } from './places';

/** Every token in every row, for the clipboard. */
export const leadersRows = ({ rows, tokens }: Leaders): CopiedRows => [
  ['layer', 'after', 'token', 'id', 'probability', 'rank'],
  ...rows.flatMap((step, row) =>
    tokens.map(({ token, probability: shares, rank }) =>
      [...stepCells(step), token, token.id, shares[row], rank[row]].map(copiedCell),
    ),
  ),
];

/** The rows in which a token leads: `in, 2–9`. */
const spans = (rows: readonly LensStep[], runs: ReturnType<typeof leads>): string =>
  runs
    .map(([from, to]) => {
      const [first, last] = [rows[from], rows[to]];
      if (!first || !last) return '';
      return from === to ? shortStep(first) : `${shortStep(first)}–${shortStep(last)}`;
    })
    .join(', ');

/** Where each token leads, and its peak. */
export const leadersTable = ({ rows, tokens }: Leaders): TableData<Leaders['tokens'][number]> => ({
  columns: [
    { head: l10n.t('token'), value: ({ token }) => token },
    { head: l10n.t('first at layer'), value: (leader) => spans(rows, leads(leader)) },
    {
      head: l10n.t('highest probability'),
      value: (leader) => leader.probability[peakOf(leader)],
      print: probability,
    },
    { head: l10n.t('reached'), draw: (leader) => stepName(rows[peakOf(leader)] as LensStep) },
  ],
  rows: tokens,
});
