import * as l10n from '@vscode/l10n';
import type { HeadGrid } from '../../shared/attention';
import { targetWords } from '../parts/compared';
import { Ramp } from '../parts/ramp';
import { Sentence } from '../parts/text';
import { Toggles } from '../parts/toggles';
import { words } from '../parts/words';
import { domainOf, type Measure, measureName, measureNote, measures, printed } from './measures';

interface LegendProps {
  readonly grid: HeadGrid;
  readonly measure: Measure;
  readonly chosen: number | undefined;
  readonly onChoose: (measure: Measure) => void;
}

/** The choice of the number that colours the grid, and its scale. */
export function HeadsLegend({ grid, measure, chosen, onChoose }: LegendProps) {
  const [low, high] = domainOf(measure, grid);
  return (
    <div class="heads-top">
      <h3 id="heads-title">
        {measure === 'push' ? (
          <Sentence words={words(l10n.t('Heads: push on {0}'), targetWords(grid))} chosen={chosen} />
        ) : (
          l10n.t('Heads')
        )}
      </h3>
      <Toggles
        label={l10n.t('Colour the heads by')}
        options={measures.map((one) => [one, measureName(one)] as const)}
        value={measure}
        onChoose={onChoose}
      />
      <p class="lens-legend heads-legend">
        {measure === 'push' && (
          <>
            <span>{printed(measure, -high)}</span>
            <Ramp swatch="lens-swatch away" name="heads-away" />
          </>
        )}
        <span>{printed(measure, low)}</span>
        <Ramp swatch="lens-swatch" />
        <span>{printed(measure, high)}</span>
        <span class="lens-legend-note">{measureNote(measure)}</span>
      </p>
    </div>
  );
}
