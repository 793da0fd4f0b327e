import * as l10n from '@vscode/l10n';
import { probability, raw } from '../../../shared/format';
import { plainToken } from '../../../shared/glyphs';
import type { Leaders, LensStep } from '../../../shared/layers';
import { TokenText } from '../../parts/text';
import { shortStep, stepCells, stepName } from '../lens/steps';
import { leads, peakOf } from './places';

/** Every token in every row, for the clipboard. */
export const leadersRows = ({ rows, tokens }: Leaders): readonly (readonly (string | number)[])[] => [
  ['layer', 'after', 'token', 'id', 'probability', 'rank'],
  ...rows.flatMap((step, row) =>
    tokens.map(({ token, probability: shares, rank }) => [
      ...stepCells(step),
      plainToken(token),
      token.id,
      raw(shares[row]),
      raw(rank[row]),
    ]),
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
export const LeadersTable = ({ leaders: { rows, tokens } }: { readonly leaders: Leaders }) => (
  <table class="leaders-table">
    <thead>
      <tr>
        <th scope="col">{l10n.t('token')}</th>
        <th scope="col">{l10n.t('first at layer')}</th>
        <th scope="col" class="number">
          {l10n.t('highest probability')}
        </th>
        <th scope="col">{l10n.t('reached')}</th>
      </tr>
    </thead>
    <tbody>
      {tokens.map((leader) => {
        const peak = peakOf(leader);
        const step = rows[peak];
        return (
          <tr>
            <td>
              <TokenText token={leader.token} />
            </td>
            <td>{spans(rows, leads(leader))}</td>
            <td class="number" data-value={raw(leader.probability[peak])}>
              {probability(leader.probability[peak])}
            </td>
            <td>{step && stepName(step)}</td>
          </tr>
        );
      })}
    </tbody>
  </table>
);
