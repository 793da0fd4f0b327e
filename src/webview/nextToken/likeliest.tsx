import * as l10n from '@vscode/l10n';
import type { NamedToken } from '../../shared/tokens';
import { gridStep, useRoving } from '../parts/roving';
import { Bar, ProbabilityCell, TokenHead } from './cells';

interface LikeliestProps {
  readonly label: string;
  readonly entries: readonly { readonly token: NamedToken; readonly probability: number }[];
  readonly chosen: number | undefined;
  readonly onChoose: (id: number) => void;
}

/** The compact form of a prediction: tokens and their probabilities, likeliest first. */
export function Likeliest({ label, entries, chosen, onChoose }: LikeliestProps) {
  const roving = useRoving(entries.length, 0, (key, at) =>
    gridStep(key, at, { count: entries.length, rows: entries.length }),
  );
  return (
    <table class="likeliest" aria-label={label} {...roving.group}>
      <thead class="hidden">
        <tr>
          <th scope="col">{l10n.t('token')}</th>
          <td />
          <th scope="col">{l10n.t('probability')}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map(({ token, probability: p }, row) => (
          <tr class={token.id === chosen ? 'query' : ''} data-id={token.id} data-rank={row + 1}>
            <TokenHead token={token} chosen={chosen} onChoose={onChoose} item={roving.item(row)} />
            <Bar share={p} />
            <ProbabilityCell value={p} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}
