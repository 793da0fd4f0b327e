import * as l10n from '@vscode/l10n';
import type { LensColouring } from '../../shared/instruments';
import { levels } from '../../shared/levels';
import { Toggles } from '../parts/toggles';
import type { Actions } from '../section';
import { scaleEnds } from './colouring';
import { legendNote, printedEnd } from './words';

interface LegendProps {
  readonly colouring: LensColouring;
  readonly vocabulary: number;
  readonly act: Actions;
}

/** What the cells are coloured by, and the ends of the scale. */
export function LensLegend({ colouring, vocabulary, act }: LegendProps) {
  const [low, high] = scaleEnds(colouring, vocabulary);
  return (
    <div class="lens-top">
      <h3 id="lens-title">{l10n.t('Lens: likeliest token')}</h3>
      <Toggles
        label={l10n.t('Colour the lens by')}
        options={[
          ['probability', l10n.t('probability')],
          ['entropy', l10n.t('entropy')],
          ['rank', l10n.t('rank')],
        ]}
        value={colouring}
        onChoose={(lensColouring) => act.setView({ lensColouring })}
      />
      <p class="lens-legend">
        <span>{printedEnd(colouring, low)}</span>
        <span class="ramp" aria-hidden="true">
          {levels.map((level) => (
            <span class="lens-swatch" style={{ '--strength': (level - 0.5) / levels.length }} />
          ))}
        </span>
        <span>{printedEnd(colouring, high)}</span>
        <span class="lens-legend-note">{legendNote(colouring)}</span>
      </p>
    </div>
  );
}
