import * as l10n from '@vscode/l10n';
import type { LengthSweep } from '../../shared/engine';
import { raw } from '../../shared/format';
import { printedLength } from './sweep';

/** What the chart of lengths draws. */
export function LengthsTable({ sweep }: { readonly sweep: LengthSweep }) {
  const { lengths, actual, sharedWithDot, sharedWithCosine } = sweep;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col" class="number">
            ‖h‖
          </th>
          <th scope="col" class="number">
            {l10n.t('with dot product')}
          </th>
          <th scope="col" class="number">
            {l10n.t('with cosine')}
          </th>
        </tr>
      </thead>
      <tbody>
        {lengths.map((length, index) => (
          <tr class={index === actual ? 'strong' : ''}>
            <td class="number" data-value={raw(length)}>
              {printedLength(sweep, index)}
            </td>
            <td class="number">{sharedWithDot[index]}</td>
            <td class="number">{sharedWithCosine[index]}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
