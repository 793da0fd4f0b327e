import { raw } from '../../shared/format';
import type { NamedToken } from '../../shared/tokens';
import { useAct } from '../actions';
import { TokenText } from './text';
import { tokenLabel } from './words';

interface TokenButtonsProps {
  readonly entries: readonly { readonly token: NamedToken; readonly value: number }[];
  readonly print: (value: number) => string;
  readonly chosen: number | undefined;
}

/** Tokens with their values in a row. Each is a button that chooses it. */
export function TokenButtons({ entries, print, chosen }: TokenButtonsProps) {
  const act = useAct();
  return (
    <ol class="row said top-tokens">
      {entries.map(({ token, value }) => (
        <li>
          <button
            type="button"
            class="token-button"
            aria-label={tokenLabel(token)}
            data-id={token.id}
            onClick={() => act.post({ type: 'chooseToken', id: token.id })}
          >
            <TokenText token={token} chosen={token.id === chosen} />
          </button>{' '}
          <span class="nowrap" data-value={raw(value)}>
            {print(value)}
          </span>
        </li>
      ))}
    </ol>
  );
}
