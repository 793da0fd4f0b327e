import * as l10n from '@vscode/l10n';
import type { TextView } from '../../shared/place';
import { layerWidth } from '../journey/geometry';
import { shortPlace } from '../parts/place';
import { TokenText } from '../parts/text';

const characterWidth = 6.6;

interface LensHeadProps {
  readonly text: TextView;
  readonly columns: readonly number[];
  readonly columnWidth: number;
  readonly count: number;
  /** The chosen position. */
  readonly position: number | null;
  /** Id of the chosen token. */
  readonly chosen: number | undefined;
  /**
   * Pixels by which the rows below are scrolled sideways; the head follows, since it sticks to the window and not to
   * their box.
   */
  readonly scrolled: number;
  readonly placeOf: (position: number) => string;
}

/** The tokens above the columns of the lens. Where there is no room to say `position 5`, the number alone stands. */
export function LensHead({ text, columns, columnWidth, count, position, chosen, scrolled, placeOf }: LensHeadProps) {
  const inWords = placeOf(count - 1).length * characterWidth + 8 <= columnWidth;
  return (
    <div role="row" class="lens-head" aria-rowindex={1}>
      {columns.map((index) => {
        const token = text.tokens[index];
        return (
          <span
            key={index}
            role="columnheader"
            aria-colindex={index + 2}
            class={index === position ? 'lens-position current' : 'lens-position'}
            style={{ left: `${layerWidth + index * columnWidth - scrolled}px`, width: `${columnWidth - 1}px` }}
          >
            {token && <TokenText token={token} chosen={token.id === chosen} named={false} />}
            <span>{inWords ? placeOf(index) : shortPlace(text, index)}</span>
          </span>
        );
      })}
      {/* Over what is scrolled below it, in a saved picture too. */}
      <span role="columnheader" class="lens-corner" aria-colindex={1}>
        <span class="hidden">{l10n.t('layer')}</span>
      </span>
    </div>
  );
}
