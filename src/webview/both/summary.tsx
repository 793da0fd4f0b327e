import * as l10n from '@vscode/l10n';
import { useEffect } from 'preact/hooks';
import { averagesWords, bothLimits, bothMeaning, largestAt, placedToken } from '../../shared/bothFinding';
import type { PanelState } from '../../shared/panel';
import { Button } from '../controls';
import { Fold } from '../parts/fold';
import { NoticeLine, Bar } from '../parts/progress';
import { passFocus } from '../parts/roving';
import { Sentence, TextLink } from '../parts/text';
import { words } from '../parts/words';
import type { Section, SectionProps } from '../section';
import { chosenId } from '../store';
import { AdapterOfB } from './adapter';
import { Tensors } from './blame';
import { titles, useMatrix, bothRoomFinding, twoModels } from './sectionFindings';

/** Whether the room of two models has anything to show. */
const isOpen = ({ both: { other, working, failure } }: PanelState): boolean =>
  other !== null || working !== null || failure !== null;

/** Loading, running, or why neither came to an end. */
function Progress({ state: { both, text }, act }: SectionProps) {
  const { other, working, failure } = both;
  if (working)
    return (
      <>
        <NoticeLine
          said={
            working.what === 'loading'
              ? l10n.t('Loading {0} to compare it. The first model stays as it is', working.name)
              : l10n.t('Running the text in both models')
          }
        >
          <Button onPress={() => act.post({ type: working.what === 'loading' ? 'endComparison' : 'cancel' })}>
            {l10n.t('Cancel')}
          </Button>
        </NoticeLine>
        <Bar fraction={working.fraction} />
      </>
    );
  return (
    <>
      {failure !== null && (
        <NoticeLine kind="failed" said={failure}>
          <Button onPress={() => act.post({ type: 'compareModels' })}>{l10n.t('Compare with another model…')}</Button>
        </NoticeLine>
      )}
      {other?.runs === 'inTurn' && !both.text && text && (
        <NoticeLine
          said={l10n.t(
            'The two models do not fit into memory together. A runs first and its predictions are kept, then B runs in its place, and A is loaded again.',
          )}
        >
          <Button primary onPress={() => act.post({ type: 'compareInTurn' })}>
            {l10n.t('Run one after the other')}
          </Button>
        </NoticeLine>
      )}
    </>
  );
}

/** Chooses the position after which the predictions part most. */
function Largest({ state, act }: SectionProps) {
  const two = twoModels(state);
  const at = two && largestAt(two);
  if (two === null || at === null || at === state.position) return null;
  return (
    <>
      {'. '}
      <TextLink
        onClick={(event) => {
          passFocus(event, 'section', 'h2');
          act.post({ type: 'choosePosition', position: at });
        }}
      >
        <Sentence words={words(l10n.t('Show {0} instead'), placedToken(two, at, l10n))} />
      </TextLink>
    </>
  );
}

function BothSummaryBody(props: SectionProps) {
  const { state, act } = props;
  const [matrix] = useMatrix();
  // Everything in this room is about both models, so its numbers are wanted as long as it is open.
  useEffect(() => act.see({ both: true, bothRows: { matrix } }), [matrix]);
  useEffect(() => () => act.see({ both: false, bothRows: null }), []);
  const { other } = state.both;
  const two = twoModels(state);
  const said = two ? bothMeaning(two, l10n) : [];
  const averages = two && averagesWords(two, l10n);
  const named = titles(state);
  return (
    <>
      {said.length > 0 && (
        <p class="said readable above" data-fact="meaning">
          <Sentence words={said} chosen={chosenId(state)} />
          <Largest {...props} />
        </p>
      )}
      {averages !== null && (
        <p class="said readable above" data-fact="averages">
          {averages}
        </p>
      )}
      {named && (
        <p class="note" data-fact="models">
          {l10n.t('A is {0}, B is {1}.', ...named)} {two && bothLimits(two, l10n).join(' ')}
        </p>
      )}
      <Progress {...props} />
      {other?.adapter && <AdapterOfB adapter={other.adapter} scale={other.scale ?? 1} act={act} />}
      {other && !other.adapter && state.model?.files && (
        <Fold name="both-tensors" summary={l10n.t('What became of each tensor')}>
          {() => <Tensors {...props} />}
        </Fold>
      )}
    </>
  );
}

const BothSummaryControls = ({ state: { both }, act }: SectionProps) =>
  both.working?.what === 'loading' ? null : (
    <>
      {both.other && (
        <TextLink onClick={() => act.post({ type: 'compareModels' })}>{l10n.t('Compare with another model…')}</TextLink>
      )}
      <TextLink
        onClick={(event) => {
          passFocus(event, 'main', '.panel-head .model');
          act.post({ type: 'endComparison' });
        }}
      >
        {both.other ? l10n.t('End the comparison') : l10n.t('Close')}
      </TextLink>
    </>
  );

export const bothSummary: Section = {
  id: 'both',
  title: () => l10n.t('Two models'),
  shown: isOpen,
  finding: bothRoomFinding,
  Controls: BothSummaryControls,
  Body: BothSummaryBody,
};
