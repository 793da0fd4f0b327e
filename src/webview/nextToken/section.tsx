import * as l10n from '@vscode/l10n';
import { defaults } from '../../shared/engine';
import { bits, count, raw } from '../../shared/format';
import { predicts } from '../../shared/model';
import type { PanelState } from '../../shared/panel';
import { coveredCount, limitIndex } from '../../shared/place';
import { Comparison } from '../attention/compare';
import { AppendedTokens } from '../parts/appended';
import { awaited } from '../parts/awaited';
import { copiedRows } from '../parts/columns';
import { pushedToken } from '../parts/compared';
import { Fold } from '../parts/fold';
import { HideFragments } from '../parts/fragments';
import { useRememberedOf } from '../parts/remembered';
import { Sentence } from '../parts/text';
import { withoutPredictions } from '../parts/unknown';
import { CopyMenu } from '../picture/copyMenu';
import { ChosenPlace, Pending, type Section, type SectionProps } from '../section';
import { chosenId } from '../store';
import { continuesOf, WhereToContinue } from './continueColumn';
import { nextTokenFinding } from './finding';
import { Lengths } from './lengths';
import { Listed, listAt, listedFinding } from './listed';
import { Nearest, nearestSummary } from './nearest';
import { PredictionTable, predictionTable } from './predictions';

/** Why there is no prediction. */
export function missingPrediction(state: PanelState): string {
  const { text, position } = state;
  if (text && position !== null && position >= limitIndex(text))
    return l10n.t('This token has no prediction. Predictions cover only the first {0}.', count(coveredCount(text)));
  const wait = awaited(state);
  if (wait !== null) return wait;
  return text
    ? l10n.t('The prediction for this text is not known. Inspect the text again.')
    : l10n.t('Inspect a text to see what the model expects next.');
}

function List(props: SectionProps) {
  const { state, view, act } = props;
  const { prediction, model } = state;
  const [moved, setMoved] = useRememberedOf<number | null>('size of h', [prediction], null);
  if (listAt(state)) return <Listed {...props} />;
  if (!prediction || !model?.sizes) return <Pending>{missingPrediction(state)}</Pending>;
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
        continues={continuesOf(state, act)}
        comparison={{
          pushed: pushedToken(state),
          against: state.against,
          onCompare: (id) => act.post({ type: 'compareWith', id }),
        }}
      />
      {model.trunk && <Comparison state={state} act={act} />}
      {/* It speaks of ten tokens. */}
      {model.vocabulary >= defaults.nearest && (
        <Lengths
          prediction={prediction}
          sizes={model.outputSizes ?? model.sizes}
          at={at}
          onMove={setMoved}
          chosen={chosen}
          act={act}
        />
      )}
      <Fold name="nearest" summary={<Sentence words={nearestSummary(prediction)} chosen={chosen} />}>
        {() => <Nearest prediction={prediction} at={at} chosen={chosen} onChoose={choose} act={act} />}
      </Fold>
    </div>
  );
}

const Body = (props: SectionProps) => (
  <>
    <AppendedTokens {...props} />
    <WhereToContinue {...props} />
    <List {...props} />
  </>
);

function Controls(props: SectionProps) {
  const { state, view, act } = props;
  const { text, position, prediction } = state;
  if (!text || position === null) return null;
  return (
    <>
      <ChosenPlace {...props} />
      {prediction && (
        <span class="small quiet wide-only" data-value={raw(prediction.entropy)} data-fact="entropy">
          {l10n.t('entropy {0} bits', bits(prediction.entropy))}
        </span>
      )}
      {prediction && <HideFragments view={view} act={act} />}
      {prediction && (
        <CopyMenu
          what="predictions"
          rows={() => copiedRows(predictionTable(prediction, view.hideFragments))}
          title={l10n.t('Likeliest next tokens')}
          state={state}
          act={act}
        />
      )}
    </>
  );
}

export const nextToken: Section = {
  id: 'next-token',
  title: () => l10n.t('Next token'),
  shown: ({ model, text }) => text !== null && model !== null && (predicts(model) || model.server !== undefined),
  missing: withoutPredictions,
  finding: (state) => (listAt(state) ? listedFinding(state) : nextTokenFinding(state)),
  Controls,
  Body,
};
