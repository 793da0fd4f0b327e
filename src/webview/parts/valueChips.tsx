import type { VNode } from 'preact';
import { raw } from '../../shared/format';
import { spokenToken } from '../../shared/glyphs';
import { levelOf } from '../../shared/levels';
import type { TextView } from '../../shared/place';
import { memoised } from './memo';
import { placeName } from './place';
import { underlined } from './quantities';
import { TokenText } from './text';
import { glyphWords } from './words';

interface ValueChipsProps {
  readonly label: string;
  readonly text: TextView;
  /** One a token, from the first on. */
  readonly values: Float64Array;
  /** The value with full colour. */
  readonly full: number;
  readonly print: (value: number) => string;
  /** The chosen position. */
  readonly position: number;
  readonly chosen: number | undefined;
}

/** Tokens of the text with a number below each, coloured by its amount. */
export const ValueChips = memoised(({ label, text, values, full, print, position, chosen }: ValueChipsProps): VNode => (
  <div class="chips weights" role="region" aria-label={label} tabIndex={0}>
    <ul class="contents">
      {Array.from(values, (value, index) => {
        const token = text.tokens[index];
        if (!token) return null;
        const strength = full > 0 ? Math.min(1, Math.abs(value) / full) : 0;
        return (
          <li class={index === position ? 'chip weight current' : 'chip weight'} data-token-index={index}>
            <span class="hidden">{`${spokenToken(token, glyphWords)}, ${placeName(text, index)}, `}</span>
            <span
              class="chip-box"
              aria-hidden="true"
              style={{ '--strength': strength.toFixed(3), ...underlined(levelOf(strength)) }}
            >
              <TokenText token={token} chosen={token.id === chosen} named={false} />
            </span>
            <span class="chip-value" data-value={raw(value)}>
              {print(value)}
            </span>
          </li>
        );
      })}
    </ul>
  </div>
));
