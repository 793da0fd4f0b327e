import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { HeadView } from '../../shared/attention';
import { raw } from '../../shared/format';
import { spokenToken } from '../../shared/glyphs';
import { levelOf } from '../../shared/levels';
import type { TextView } from '../../shared/place';
import { memo } from '../parts/memo';
import { placeName } from '../parts/place';
import { underlined } from '../parts/quantities';
import { TokenText } from '../parts/text';
import { glyphWords } from '../parts/words';
import { headName, weight } from './headWords';

interface WeightsProps {
  readonly view: HeadView;
  readonly text: TextView;
  readonly chosen: number | undefined;
}

/** The tokens up to the chosen position, coloured by the weights with which a head looks at them. */
export const Weights = memo(({ view, text, chosen }: WeightsProps): VNode => (
  <div
    class="chips weights"
    role="region"
    aria-label={l10n.t('Weights of {0}', headName(view.layer, view.head))}
    tabIndex={0}
  >
    <ul class="contents">
      {Array.from(view.weights, (value, index) => {
        const token = text.tokens[index];
        if (!token) return null;
        return (
          <li class={index === view.position ? 'chip weight current' : 'chip weight'} data-token-index={index}>
            <span class="hidden">{`${spokenToken(token, glyphWords)}, ${placeName(text, index)}, `}</span>
            <span
              class="chip-box"
              aria-hidden="true"
              style={{ '--strength': value.toFixed(3), ...underlined(levelOf(value)) }}
            >
              <TokenText token={token} chosen={token.id === chosen} named={false} />
            </span>
            <span class="chip-value" data-value={raw(value)}>
              {weight(value)}
            </span>
          </li>
        );
      })}
    </ul>
  </div>
));
