import * as l10n from '@vscode/l10n';
import { count, degrees, fixed, raw } from '../../shared/format';
import type { PairAngle } from './angles';

export const pairRows = (pairs: readonly PairAngle[]): readonly (readonly (string | number)[])[] => [
  ['pair', 'turns', 'angle beside full turns (degrees)', 'positions for one turn'],
  ...pairs.map(({ pair, turns, degrees: angle, period }) => [pair, turns, angle, period]),
];

/** What the dials show, in numbers. */
export const PairTable = ({ pairs }: { readonly pairs: readonly PairAngle[] }) => (
  <table>
    <thead>
      <tr>
        <th scope="col" class="number">
          {l10n.t('pair')}
        </th>
        <th scope="col" class="number">
          {l10n.t('turns')}
        </th>
        <th scope="col" class="number">
          {l10n.t('angle beside full turns')}
        </th>
        <th scope="col" class="number">
          {l10n.t('positions for one turn')}
        </th>
      </tr>
    </thead>
    <tbody>
      {pairs.map(({ pair, turns, degrees: angle, period }) => (
        <tr>
          <td class="number">{pair}</td>
          <td class="number" data-value={raw(turns)}>
            {fixed(turns, turns < 1 ? 6 : 3)}
          </td>
          <td class="number" data-value={raw(angle)}>
            {degrees(angle)}
          </td>
          <td class="number" data-value={raw(period)}>
            {period < 100 ? fixed(period, 2) : count(period)}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);
