import { probability, raw } from '../../shared/format';
import type { NamedToken } from '../../shared/tokens';
import type { useRoving } from '../parts/roving';
import { TokenText } from '../parts/text';
import { tokenLabel } from '../parts/words';

/** A table cell with a bar from 0 to 1. */
export const Bar = ({ share }: { readonly share: number }) => (
  <td class="bar-cell" aria-hidden="true">
    <span class="bar" style={{ width: `${(100 * share).toFixed(2)}%` }} />
  </td>
);

export interface TokenHeadProps {
  readonly token: NamedToken;
  readonly chosen: number | undefined;
  readonly onChoose: (id: number) => void;
  readonly item: ReturnType<ReturnType<typeof useRoving>['item']>;
  /** Alt and Enter compare the pushed token with the row's. */
  readonly comparable?: boolean;
}

/** The head of a row: a button that chooses the row's token. */
export const TokenHead = ({ token, chosen, onChoose, item, comparable = false }: TokenHeadProps) => (
  <th scope="row" class="name">
    <button
      type="button"
      class="token-button"
      aria-label={tokenLabel(token)}
      aria-keyshortcuts={comparable ? 'Alt+Enter' : undefined}
      onClick={() => onChoose(token.id)}
      {...item}
    >
      <TokenText token={token} chosen={token.id === chosen} />
    </button>
  </th>
);

export const ProbabilityCell = ({ value }: { readonly value: number }) => (
  <td class="number probability" data-value={raw(value)}>
    {probability(value)}
  </td>
);
