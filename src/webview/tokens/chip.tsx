import type { Token } from '../../shared/tokens';
import { spokenToken } from '../parts/glyphs';
import { raw } from '../parts/format';
import { memo } from '../parts/memo';
import { TokenText } from '../parts/text';
import { type Colouring, printed, units } from './colouring';

interface ChipProps {
  readonly token: Token;
  readonly place: string;
  readonly colouring: Colouring;
  readonly value: number | null;
  /** 0 … 1 */
  readonly strength: number;
  /** Its position is the chosen one. */
  readonly current: boolean;
  /** It is the chosen token. */
  readonly chosen: boolean;
  readonly kind: 'text' | 'context' | 'beyond';
  readonly tabbable: boolean;
  readonly onChoose: (index: number) => void;
}

export const Chip = memo(({ token, place, colouring, value, strength, current, chosen, kind, tabbable, onChoose }: ChipProps) => {
  const number = colouring === 'none' ? null : printed(colouring, value);
  const said = colouring === 'none' ? '' : `, ${colouring} ${value === null ? 'not known' : `${number} ${units[colouring]}`}`;
  return (
    <button
      type="button"
      role="option"
      aria-selected={current}
      aria-label={`${spokenToken(token)}, ${place}${said}`}
      class={`chip ${kind}`}
      data-token-index={token.index}
      data-id={token.id}
      data-roving={token.index}
      tabIndex={tabbable ? 0 : -1}
      onClick={() => onChoose(token.index)}
    >
      <span class="chip-box" style={{ '--strength': strength.toFixed(3) }}>
        <TokenText token={token} chosen={chosen} named={false} />
      </span>
      {number !== null && (
        <span class="chip-value" data-value={raw(value)}>
          {number}
        </span>
      )}
    </button>
  );
});
