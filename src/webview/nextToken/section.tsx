import * as l10n from '@vscode/l10n';
import { useEffect, useState } from 'preact/hooks';
import type { PanelState } from '../../shared/panel';
import { CopyMenu } from '../parts/copyMenu';
import { bits, raw } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import { HideFragments, placed } from '../parts/fragments';
import { placeAmong } from '../parts/place';
import { Pending, type Section, type SectionProps } from '../section';
import { chosenId } from '../store';
import { nextTokenFinding } from './finding';
import { Lengths } from './lengths';
import { missing } from './missing';
import { Nearest } from './nearest';
import { PredictionTable } from './table';

function rows({ prediction }: PanelState, hide: boolean): readonly (readonly (string | number)[])[] {
  if (!prediction) return [];
  const capped = prediction.top.some(({ logit, rawLogit }) => logit !== rawLogit);
  const header = [
    '#',
    'id',
    'token',
    'probability',
    '‖h‖',
    '‖u‖',
    'cos θ',
    'bias',
    'logit',
    ...(capped ? ['capped logit'] : []),
    'angle (degrees)',
    'rank by distance',
    'rank by cosine',
  ];
  return [
    header,
    ...placed(prediction.top, ({ token }) => token, hide).map(
      ({ entry: { token, probability, values, bias, logit, rawLogit, angle, ranks }, rank }) => [
        rank,
        token.id,
        plainToken(token),
        probability,
        prediction.hiddenSize,
        token.outputSize ?? token.size,
        values.cosine,
        bias,
        rawLogit,
        ...(capped ? [logit] : []),
        angle,
        ranks.euclidean,
        ranks.cosine,
      ],
    ),
  ];
}

function Body({ state, view, act }: SectionProps) {
  const { prediction, model } = state;
  const [moved, setMoved] = useState<number | null>(null);
  useEffect(() => setMoved(null), [prediction]);
  if (!prediction || !model) return <Pending>{missing(state)}</Pending>;
  const at = moved ?? prediction.lengths.actual;
  const chosen = chosenId(state);
  const choose = (id: number): void => act.post({ type: 'chooseToken', id });
  return (
    <div class="next-columns">
      <PredictionTable
        prediction={prediction}
        vocabulary={model.vocabulary}
        chosen={chosen}
        hide={view.hideFragments}
        onChoose={choose}
      />
      <Lengths
        prediction={prediction}
        sizes={model.outputSizes ?? model.sizes}
        at={at}
        onMove={setMoved}
        chosen={chosen}
        act={act}
      />
      <Nearest prediction={prediction} at={at} chosen={chosen} onChoose={choose} act={act} />
    </div>
  );
}

function Controls({ state, view, act }: SectionProps) {
  const { text, position, prediction } = state;
  if (!text || position === null) return null;
  return (
    <>
      <span class="small quiet">{placeAmong(text, position)}</span>
      {prediction && (
        <span class="small quiet wide-only" data-value={raw(prediction.entropy)} data-fact="entropy">
          {l10n.t('entropy {0} bits', bits(prediction.entropy))}
        </span>
      )}
      {prediction && <HideFragments view={view} act={act} />}
      {prediction && (
        <CopyMenu
          what="predictions"
          rows={() => rows(state, view.hideFragments)}
          title={l10n.t('Likeliest next tokens')}
          act={act}
        />
      )}
    </>
  );
}

export const nextToken: Section = {
  id: 'next-token',
  title: () => l10n.t('Next token'),
  shown: ({ model, text }) => Boolean(model?.trunk) && text !== null,
  finding: nextTokenFinding,
  Controls,
  Body,
};
