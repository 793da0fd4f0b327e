import * as l10n from '@vscode/l10n';
import { greatest, minIndex } from 'd3-array';
import { defaults, type PredictedToken, type Prediction } from '../../shared/engine';
import { bits, count, raw, probability, valued } from '../../shared/format';
import { isGoingOn } from '../../shared/instruments';
import { predicts } from '../../shared/model';
import type { PanelState } from '../../shared/panel';
import { coveredCount, limitIndex } from '../../shared/place';
import { goOn } from '../actions';
import { AblationComparison } from '../attention/compare';
import { AppendedTokens } from '../parts/appended';
import { awaited } from '../parts/awaited';
import { copiedRows } from '../parts/columns';
import { pushedToken } from '../parts/compared';
import { Fold, useFold } from '../parts/fold';
import { HideFragments } from '../parts/fragments';
import { Edge } from '../parts/mattered';
import { ordinal } from '../parts/numbers';
import { useRememberedOf } from '../parts/remembered';
import { Sentence, TextLink } from '../parts/text';
import { withoutPredictions } from '../parts/unknown';
import { type Words, words } from '../parts/words';
import { CopyMenu } from '../picture/save';
import { ChosenPlace, Pending, type Section, type SectionProps } from '../section';
import { chosenId } from '../store';
import { Lengths, lengthsTitle } from './lengths';
import { continuesOf, WhereToContinue, Listed, listAt, listedFinding } from './listed';
import { Nearest, nearestSummary } from './nearest';
import { PredictionTable, predictionTable } from './predictions';
import { SamplerFold, showLengths } from './sampler';

/** How many tokens are compared with the order by angle. */
const comparedCount = 10;

/** The first tokens by angle and by distance, if they differ from the likeliest. */
function otherFirsts(first: PredictedToken, { nearest }: Prediction): Words | null {
  const angle = nearest.cosine[0]?.token;
  const distance = nearest.euclidean[0]?.token;
  if (!angle || !distance) return null;
  const isFirst = [angle, distance].every(({ id }) => id === first.token.id);
  return isFirst ? null : words(l10n.t('{0} is nearest by angle, {1} by distance'), angle, distance);
}

/** The token whose size lifts it furthest above its rank by angle. */
function lifted(top: readonly PredictedToken[]): Words {
  const entries = top
    .slice(0, comparedCount)
    .map((entry, row) => ({ entry, row, gain: entry.ranks.cosine - (row + 1) }));
  const second = entries[1];
  const best = second && second.gain >= 2 ? second : greatest(entries, (a, b) => a.gain - b.gain);
  if (best && best.gain >= 2) {
    const { entry, row } = best;
    return words(
      entry.bias === 0
        ? l10n.t('{0} is {1} because of its size; by angle it is {2}')
        : l10n.t('{0} is {1} because of its size and bias; by angle it is {2}'),
      entry.token,
      ordinal(row + 1),
      ordinal(entry.ranks.cosine),
    );
  }
  const kept = entries.filter(({ entry }) => entry.ranks.cosine <= entries.length).length;
  return [
    l10n.t(
      'Size changes little here: of the first {0}, {1} would be there by angle alone',
      count(entries.length),
      count(kept),
    ),
  ];
}

/** The likeliest token, and whether direction or size put it first. */
export function nextTokenFinding({ prediction }: PanelState): Words {
  const first = prediction?.top[0];
  if (!prediction || !first) return [];
  return words(
    l10n.t('The likeliest token is {0} ({1}). {2}'),
    first.token,
    probability(first.probability),
    otherFirsts(first, prediction) ?? lifted(prediction.top),
  );
}

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
  const [isSampled] = useFold('sampler');
  if (listAt(state)) return <Listed {...props} />;
  if (!prediction || !model?.sizes) return <Pending>{missingPrediction(state)}</Pending>;
  const { sizes } = model;
  const at = moved ?? prediction.lengths.actual;
  const chosen = chosenId(state);
  const hasLengths = model.vocabulary >= defaults.nearest;
  const showSize = (size: number): void => {
    setMoved(minIndex(prediction.lengths.lengths, (one) => Math.abs(Math.log(one / size))));
    showLengths();
  };
  return (
    <>
      {model.trunk && <SamplerFold {...props} prediction={prediction} onSize={hasLengths ? showSize : undefined} />}
      <PredictionTable
        sampling={isSampled ? state.sampling : null}
        prediction={prediction}
        vocabulary={model.vocabulary}
        chosen={chosen}
        hide={view.hideFragments}
        act={act}
        continues={continuesOf(state, act)}
        comparison={{
          pushed: pushedToken(state),
          against: state.against,
          onCompare: (id) => act.post({ type: 'compareWith', id }),
        }}
      />
      {/* It speaks of ten tokens. */}
      {hasLengths && (
        <Fold name="lengths" summary={<h3 id="lengths-title">{lengthsTitle()}</h3>}>
          {() => (
            <Lengths
              prediction={prediction}
              sizes={model.outputSizes ?? sizes}
              at={at}
              onMove={setMoved}
              chosen={chosen}
            />
          )}
        </Fold>
      )}
      <Fold
        name="nearest"
        summary={
          <h3>
            <Sentence words={nearestSummary(prediction)} chosen={chosen} />
          </h3>
        }
      >
        {() => <Nearest prediction={prediction} at={at} chosen={chosen} />}
      </Fold>
      {model.trunk && <AblationComparison state={state} act={act} />}
    </>
  );
}

const Body = (props: SectionProps) => (
  <>
    <Edge {...props} />
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
          {valued(l10n.t('entropy'), l10n.t('{0} bits', bits(prediction.entropy)))}
        </span>
      )}
      {continuesOf(state, act) && (
        <TextLink
          onClick={() => {
            if (!isGoingOn(state.continuation.paths)) act.post(goOn(view));
            act.goTo('continuation');
          }}
        >
          {l10n.t('Continue…')}
        </TextLink>
      )}
      {prediction && <HideFragments view={view} act={act} />}
      {prediction && (
        <CopyMenu
          what="predictions"
          rows={() => copiedRows(predictionTable(prediction, view.hideFragments))}
          title={l10n.t('Likeliest next tokens')}
          state={state}
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
