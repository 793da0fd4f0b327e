import * as l10n from '@vscode/l10n';
import { printed, type Quantity } from '../../shared/colouring';
import { raw } from '../../shared/format';
import { spokenToken } from '../../shared/glyphs';
import { levelOf } from '../../shared/levels';
import type { Colouring } from '../../shared/panel';
import type { Token } from '../../shared/tokens';
import { memoised } from '../parts/memo';
import { quantityWords, underlined } from '../parts/quantities';
import { TokenText } from '../parts/text';
import { glyphWords } from '../parts/words';

export type ChipKind = 'text' | 'context' | 'appended' | 'beyond' | 'added';

interface ChipProps {
  readonly token: Token;
  readonly place: string;
  readonly colouring: Colouring;
  /** Its value is drawn below it. */
  readonly numbered: boolean;
  readonly value: number | null;
  /** Only a least value is known. */
  readonly isLeast: boolean;
  /** Decimals of the value if it is a size. */
  readonly decimals: number;
  /** −1 … 1 */
  readonly strength: number;
  /** Its position is the chosen one. */
  readonly current: boolean;
  /** It is the chosen token. */
  readonly chosen: boolean;
  readonly kind: ChipKind;
  /** Who speaks, in a conversation. */
  readonly role: string | undefined;
  /** A chat template wrote it. */
  readonly isTemplates: boolean;
  readonly tabbable: boolean;
  readonly onChoose: (index: number) => void;
}

/** A token's value as it is spoken. */
function spokenValue({ value, isLeast, decimals }: ChipProps, colouring: Quantity): string {
  const { unknown, valued } = quantityWords[colouring];
  if (value === null) return unknown();
  const said = valued(printed(colouring, value, false, decimals));
  return isLeast ? l10n.t('at least {0}', said) : said;
}

export const Chip = memoised((props: ChipProps) => {
  const { token, place, colouring, value, isLeast, decimals, strength, current, chosen, kind, tabbable } = props;
  const { numbered, role, isTemplates } = props;
  // The number comes right after the token, as it is drawn: those who speak to the editor name a chip by what they see.
  const said = colouring === 'none' ? [] : [spokenValue(props, colouring)];
  return (
    <button
      type="button"
      role="option"
      aria-selected={current}
      aria-label={[spokenToken(token, glyphWords), ...said, place, ...(role === undefined ? [] : [role])].join(', ')}
      class={`chip ${kind}${isTemplates ? ' templates' : ''}`}
      data-token-index={token.index}
      data-id={token.id}
      data-roving={token.index}
      tabIndex={tabbable ? 0 : -1}
      onClick={() => props.onChoose(token.index)}
    >
      <span
        class={strength < 0 ? 'chip-box away' : 'chip-box'}
        style={{ '--strength': Math.abs(strength).toFixed(3), ...underlined(levelOf(Math.abs(strength))) }}
      >
        <TokenText
          token={token}
          chosen={chosen}
          named={false}
          {...(kind === 'added' && { title: l10n.t('The model adds this token before every text') })}
          {...(isTemplates && { title: l10n.t('The chat template writes this token') })}
        />
      </span>{' '}
      {numbered && colouring !== 'none' && (
        <span class="chip-value" data-value={raw(value)}>
          {printed(colouring, value, isLeast, decimals)}
        </span>
      )}
    </button>
  );
});
