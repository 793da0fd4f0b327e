import * as l10n from '@vscode/l10n';
import { useEffect, useState } from 'preact/hooks';
import { count } from '../../shared/format';
import { awaited } from '../parts/awaited';
import { Behind } from '../parts/behind';
import { Copy } from '../parts/copy';
import { placeAmong } from '../parts/place';
import { SavePicture } from '../picture/save';
import { Pending, type Section, type SectionProps } from '../section';
import { pairAngles, positionAt, sliderSteps, stepAt, positionFinding, inputWords } from './angles';
import { Learned, learnedFinding } from './learned';
import { Dials, mostMarks, PairTable, pairRows } from './rotary';

function Turned({ state, act }: SectionProps) {
  const { model, position, text, journey } = state;
  const [moved, setMoved] = useState<number | null>(null);
  useEffect(() => setMoved(null), [position, text]);
  const trunk = model?.trunk;
  const rotary = trunk?.rotary;
  if (!rotary || !text || position === null) return <></>;
  const last = Math.max(trunk.contextLength - 1, position);
  const at = moved ?? position;
  const pairs = pairAngles(rotary, at);
  const title = l10n.t('How far each pair of dimensions is turned');
  return (
    <>
      <Dials rotary={rotary} position={at} positions={text.tokens.length} />
      <div class="position-slide">
        <input
          class="slider position-slider"
          type="range"
          min={0}
          max={sliderSteps}
          step={1}
          value={stepAt(at, last)}
          aria-label={l10n.t('Position')}
          aria-valuetext={l10n.t('{0} steps from the start', count(at))}
          onInput={(event) => setMoved(positionAt(Number(event.currentTarget.value), last))}
          onDblClick={() => setMoved(null)}
        />
        <span class="small" data-value={at} data-fact="steps">
          {at === 1 ? l10n.t('1 step from the start') : l10n.t('{0} steps from the start', count(at))}
        </span>
        {moved !== null && moved !== position && (
          <button type="button" class="text-link" onClick={() => setMoved(null)}>
            {l10n.t('Back to the chosen position')}
          </button>
        )}
      </div>
      <p class="note">
        {l10n.t(
          'In every head, pair j of each query and key turns by position × {0}^(−2j / {1}) radians; positions count from 0. ↻: full turns.',
          count(rotary.base),
          rotary.headSize,
        )}{' '}
        {text.tokens.length <= mostMarks && `${l10n.t('A mark on the rim is a position of this text.')} `}
        {l10n.t(
          'A query and a key so many steps apart are turned against each other as the dials show, wherever they stand.',
        )}{' '}
        {journey && inputWords(journey)}
      </p>
      <Behind
        summary={l10n.t('Pairs as a table')}
        copy={
          <Copy
            label={l10n.t('Copy the pairs as a table')}
            copied={l10n.t('Copied the pairs')}
            rows={() => pairRows(pairs)}
            act={act}
          />
        }
        picture={<SavePicture of="position" title={title} act={act} />}
      >
        {() => <PairTable pairs={pairs} />}
      </Behind>
    </>
  );
}

function Body(props: SectionProps) {
  const { state, act } = props;
  const { model, text, position, journey } = state;
  if (model?.trunk?.position !== 'learned') return <Turned {...props} />;
  const learned = journey?.position === position ? journey?.learned : null;
  if (!learned || !journey || !text || position === null)
    return (
      <Pending>
        {awaited(state, l10n.t('Load the model to see the vector of this position.')) ??
          l10n.t('The vector of the chosen position, beside those of all others.')}
      </Pending>
    );
  return <Learned learned={learned} journey={journey} position={position} positions={text.tokens.length} act={act} />;
}

const Controls = ({ state: { text, position } }: SectionProps) =>
  text && position !== null ? <span class="small quiet">{placeAmong(text, position)}</span> : null;

/** What the positional encoder does: how far rotary positions turn, or which vectors were learned for them. */
export const position: Section = {
  id: 'position',
  title: () => l10n.t('Position'),
  shown: ({ model, text, position: at }) =>
    Boolean(model?.trunk?.rotary ?? model?.trunk?.position === 'learned') && text !== null && at !== null,
  finding: (state) => (state.model?.trunk?.position === 'learned' ? learnedFinding(state) : positionFinding(state)),
  Controls,
  Body,
};
