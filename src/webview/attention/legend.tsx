import * as l10n from '@vscode/l10n';
import type { HeadGrid } from '../../shared/attention';
import { targetWords } from '../parts/compared';
import { Ramp } from '../parts/ramp';
import { Sentence } from '../parts/text';
import { Toggles } from '../parts/toggles';
import { words } from '../parts/words';
import { type Measure, measureFacts, measures } from './measures';

interface LegendProps {
  readonly grid: HeadGrid;
  readonly measure: Measure;
  readonly chosen: number | undefined;
  readonly onChoose: (measure: Measure) => void;
}

/** The choice of the number that colours the grid, and its scale. */
export function HeadsLegend({ grid, measure, chosen, onChoose }: LegendProps) {
  const { domain, print, note } = measureFacts[measure];
  const [low, high] = domain(grid);
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
        options={measures.map((one) => [one, measureFacts[one].name()] as const)}
        value={measure}
        onChoose={onChoose}
      />
      <p class="lens-legend heads-legend">
        {measure === 'push' && (
          <>
            <span>{print(-high)}</span>
            <Ramp swatch="lens-swatch away" name="heads-away" />
          </>
        )}
        <span>{print(low)}</span>
        <Ramp swatch="lens-swatch" />
        <span>{print(high)}</span>
        <span class="lens-legend-note">{note()}</span>
      </p>
    </div>
  );
}
