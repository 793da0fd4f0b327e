import * as l10n from '@vscode/l10n';
import { useEffect } from 'preact/hooks';
import type { PanelState } from '../../shared/panel';
import { Button } from '../controls';
import { passFocus } from '../parts/passFocus';
import { Bar } from '../parts/progress';
import { Sentence } from '../parts/text';
import type { Section, SectionProps } from '../section';
import { chosenId } from '../store';
import { bothFinding, limits, meaning } from './finding';
import { titles, useMatrix } from './names';

const anotherModel = () => l10n.t('Compare with another model…');

/** Whether the room of two models has anything to show. */
const isOpen = ({ both: { other, working, failure } }: PanelState): boolean =>
  other !== null || working !== null || failure !== null;

/** Loading, running, or why neither came to an end. */
function Progress({ state: { both }, act }: SectionProps) {
  const { working, failure } = both;
  if (working)
    return (
      <div class="both-step">
        <p role="status">
          {working.what === 'loading'
            ? l10n.t('Loading {0} to compare it. The first model stays as it is', working.name)
            : l10n.t('Running the text in both models')}
        </p>
        <Button onPress={() => act.post({ type: working.what === 'loading' ? 'endComparison' : 'cancel' })}>
          {l10n.t('Cancel')}
        </Button>
        <Bar fraction={working.fraction} />
      </div>
    );
  return (
    failure !== null && (
      <div class="both-step failed">
        <p role="alert">{failure}</p>
        <Button onPress={() => act.post({ type: 'compareModels' })}>{anotherModel()}</Button>
      </div>
    )
  );
}

function Body(props: SectionProps) {
  const { state, act } = props;
  const { other, working, text } = state.both;
  const [matrix] = useMatrix();
  // Everything in this room is about both models, so its numbers are wanted as long as it is open.
  useEffect(() => act.see({ both: true, bothRows: { matrix } }), [matrix]);
  useEffect(() => () => act.see({ both: false, bothRows: null }), []);
  const said = meaning(state);
  const named = titles(state);
  return (
    <>
      {said.length > 0 && (
        <p class="both-meaning" data-fact="meaning">
          <Sentence words={said} chosen={chosenId(state)} />
        </p>
      )}
      {named && (
        <p class="note" data-fact="models">
          {l10n.t('A is {0}, B is {1}.', ...named)} {limits(state).join(' ')}
        </p>
      )}
      <Progress {...props} />
      {other?.runs === 'inTurn' && !text && !working && state.text && (
        <div class="both-step">
          <p>
            {l10n.t(
              'The two models do not fit into memory together. A runs first and its predictions are kept, then B runs in its place, and A is loaded again.',
            )}
          </p>
          <Button primary onPress={() => act.post({ type: 'compareInTurn' })}>
            {l10n.t('Run one after the other')}
          </Button>
        </div>
      )}
    </>
  );
}

const Controls = ({ state: { both }, act }: SectionProps) =>
  both.working?.what === 'loading' ? null : (
    <>
      {both.other && (
        <button type="button" class="text-link" onClick={() => act.post({ type: 'compareModels' })}>
          {l10n.t('Another model…')}
        </button>
      )}
      <button
        type="button"
        class="text-link"
        onClick={(event) => {
          passFocus(event, 'main', '.panel-head .model');
          act.post({ type: 'endComparison' });
        }}
      >
        {both.other ? l10n.t('End the comparison') : l10n.t('Close')}
      </button>
    </>
  );

export const bothSummary: Section = {
  id: 'both',
  title: () => l10n.t('Two models'),
  shown: isOpen,
  finding: bothFinding,
  Controls,
  Body,
};
