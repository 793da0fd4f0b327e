import * as l10n from '@vscode/l10n';
import type { ModelInfo } from '../../shared/engine';
import type { VocabularyToken } from '../../shared/tokens';
import type { Actions } from '../section';
import { Histogram } from './histogram';
import { commonEnds } from './sides';

interface HistogramsProps {
  readonly model: ModelInfo;
  readonly chosen: VocabularyToken;
  /** The tokens of the text. */
  readonly tokens: readonly VocabularyToken[];
  readonly act: Actions;
}

/**
 * The sizes of the vocabulary; of a model with two matrices those of both, the token as it is read above the token as
 * it is written.
 */
export function Histograms({ model, ...props }: HistogramsProps) {
  const { sizes, outputSizes, vocabulary } = model;
  if (!outputSizes) return <Histogram sizes={sizes} vocabulary={vocabulary} {...props} />;
  const ends = commonEnds(model);
  return (
    <div class="histograms">
      <Histogram sizes={sizes} vocabulary={vocabulary} side="input" ends={ends} {...props} />
      <Histogram sizes={outputSizes} vocabulary={vocabulary} side="output" ends={ends} {...props} />
      <p class="note">
        {ends
          ? l10n.t('Both on one scale.')
          : l10n.t('Each on a scale of its own: on one, the narrower of the two would say little.')}
      </p>
    </div>
  );
}
