import { useEffect, useState } from 'preact/hooks';
import type { PanelState } from '../../shared/panel';
import { CopyMenu } from '../parts/copyMenu';
import { bits, count, raw } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import { Pending, type Section, type SectionProps } from '../section';
import { chosenId } from '../store';
import { placeOf } from '../../shared/place';
import { nextTokenFinding } from './finding';
import { Lengths } from './lengths';
import { missing } from './missing';
import { Nearest } from './nearest';
import { PredictionTable } from './table';

function rows({ prediction }: PanelState): readonly (readonly (string | number)[])[] {
  if (!prediction) return [];
  const header = ['#', 'id', 'token', 'probability', '‖h‖', '‖u‖', 'cos θ', 'bias', 'logit', 'angle (degrees)', 'rank by distance', 'rank by cosine'];
  return [
    header,
    ...prediction.top.map(({ token, probability, values, bias, logit, angle, ranks }, row) => [
      row + 1,
      token.id,
      plainToken(token),
      probability,
      prediction.hiddenSize,
      token.size,
      values.cosine,
      bias,
      logit,
      angle,
      ranks.euclidean,
      ranks.cosine,
    ]),
  ];
}

function Body({ state, act }: SectionProps) {
  const { prediction, model } = state;
  const [moved, setMoved] = useState<number | null>(null);
  useEffect(() => setMoved(null), [prediction]);
  if (!prediction || !model) return <Pending>{missing(state)}</Pending>;
  const at = moved ?? prediction.lengths.actual;
  const chosen = chosenId(state);
  const choose = (id: number): void => act.post({ type: 'chooseToken', id });
  return (
    <div class="next-columns">
      <PredictionTable prediction={prediction} vocabulary={model.vocabulary} chosen={chosen} onChoose={choose} />
      <Lengths prediction={prediction} sizes={model.sizes} at={at} onMove={setMoved} chosen={chosen} act={act} />
      <Nearest prediction={prediction} at={at} chosen={chosen} onChoose={choose} act={act} />
    </div>
  );
}

function Controls({ state, act }: SectionProps) {
  const { text, position, prediction } = state;
  if (!text || position === null) return null;
  const place = placeOf(text, position);
  return (
    <>
      <span class="small quiet">{position >= text.contextCount ? `${place} of ${count(text.total)}` : place}</span>
      {prediction && (
        <span class="small quiet wide-only" data-value={raw(prediction.entropy)} data-fact="entropy">
          entropy {bits(prediction.entropy)} bits
        </span>
      )}
      {prediction && <CopyMenu what="predictions" rows={() => rows(state)} title="Likeliest next tokens" act={act} />}
    </>
  );
}

export const nextToken: Section = { id: 'next-token', title: 'Next token', shown: ({ model, text }) => model !== null && text !== null, finding: nextTokenFinding, Controls, Body };
