import * as l10n from '@vscode/l10n';
import type { ComponentChildren } from 'preact';
import { roundedSize, signed } from '../../shared/format';
import type { Journey } from '../../shared/layers';
import type { Actions } from '../actions';
import { targetWords } from '../parts/compared';
import { Sentence } from '../parts/text';
import { type Words, words } from '../parts/words';
import { RunAblated } from './ablation';
import { layerName } from './headWords';

/** What the two parts of a layer add at the chosen position. */
export function layerWords({ attentionSize, feedForwardSize, push, output, pair }: Journey, layer: number): Words {
  return words(
    l10n.t('Attention adds {0} and pushes {1} by {2}. Feed-forward adds {3} and pushes it by {4}.'),
    roundedSize(attentionSize[layer]),
    targetWords({ output, against: pair?.against ?? null }),
    signed(push.attention[layer]),
    roundedSize(feedForwardSize[layer]),
    signed(push.feedForward[layer]),
  );
}

interface LayerPartsProps {
  readonly layer: number;
  readonly journey: Journey | null;
  readonly chosen: number | undefined;
  readonly act: Actions;
  readonly children?: ComponentChildren;
}

/** The two parts of a layer, each of which can be left out. */
export const LayerParts = ({ layer, journey, chosen, act, children }: LayerPartsProps) => (
  <div class="layer-parts" data-layer={layer}>
    <h3>{layerName(layer)}</h3>
    {journey && (
      <p>
        <Sentence words={layerWords(journey, layer)} chosen={chosen} />
      </p>
    )}
    <p class="layer-actions">
      <RunAblated part={{ kind: 'attention', layer }} label={l10n.t('Run without its attention')} act={act} />
      <RunAblated part={{ kind: 'feedForward', layer }} label={l10n.t('Run without its feed-forward')} act={act} />
    </p>
    {children}
  </div>
);
