import * as l10n from '@vscode/l10n';
import { h } from 'preact';
import { useRef } from 'preact/hooks';
import { count, percent, plural } from '../../shared/format';
import {
  readsText,
  stoppedEstimate,
  type Experiment,
  type LabAsk,
  type LabResult,
  type LabRun,
} from '../../shared/lab';
import type { PanelState } from '../../shared/panel';
import { coveredCount } from '../../shared/place';
import { Button } from '../controls';
import { useIntoSight } from '../parts/intoSight';
import { passFocus } from '../parts/passFocus';
import { Sentence, TokenText } from '../parts/text';
import { filled, sentence } from '../parts/words';
import type { SectionProps } from '../section';
import { chosenId, chosenToken } from '../store';
import { askedWith, askOf, needsLayers, obstacle, stoppedAsk } from './asks';
import { CopyResult } from './copyResult';
import { tokensOf } from './data';
import { pages } from './experiments';
import { belongsElsewhere, excerpt, exceptionOf, findingOf, inShort, intervalOf, stoppedInShort } from './findings';
import type { Draft } from './options';
import type { ResultContext } from './page';
import { Ended, Progress, RunButtons } from './run';

/** Longest quote from the inspected text, in characters. */
const mostQuoted = 80;

interface ExperimentProps extends Pick<SectionProps, 'state' | 'view' | 'act'> {
  readonly name: Experiment;
  readonly draft: Draft;
  readonly set: (change: Draft) => void;
}

/** One experiment: its title, its question and its result in a few words; all of it if the row is open. */
export function ExperimentRow(props: ExperimentProps) {
  const { name, draft, state, view, act } = props;
  const { title, question } = pages[name].texts();
  const isOpen = view.experiment === name;
  const run = state.lab[name];
  const stopped = run ? stoppedEstimate(run) : null;
  const ask = askOf(name, draft, state);
  const link = (text: string, label: string, onClick: () => void) => (
    <button
      type="button"
      class="text-link"
      aria-label={label}
      onClick={(event) => {
        passFocus(event, '.lab-row', '.lab-opener');
        onClick();
      }}
    >
      {text}
    </button>
  );
  const start = (asked: LabAsk | null, goOn = false): void => {
    act.setView({ experiment: name });
    if (asked) act.post({ type: 'lab', ask: asked, ...(goOn && { goOn }) });
  };
  const unfinished = isOpen ? null : stoppedAsk(name, state);
  const goOn = unfinished && link(l10n.t('Continue'), l10n.t('Continue: {0}', title), () => start(unfinished, true));
  return (
    <li class={isOpen ? 'lab-row open' : 'lab-row'} data-experiment={name}>
      <div class="lab-head">
        <h3>
          <button
            type="button"
            class="lab-opener"
            aria-expanded={isOpen}
            aria-controls={`lab-${name}`}
            onClick={() => act.setView({ experiment: isOpen ? null : name })}
          >
            <span class="lab-caret" aria-hidden="true">
              ›
            </span>
            <span class="lab-name">{title}</span> <span class="lab-question">{question}</span>
          </button>
        </h3>
        <span class="lab-result">
          {run?.running || run?.waits ? (
            <>
              <span class="quiet">
                {run.running
                  ? l10n.t('running, {0}', percent(100 * run.running.fraction))
                  : l10n.t('waiting for the running experiment')}
              </span>{' '}
              {!isOpen && link(l10n.t('Stop'), l10n.t('Stop: {0}', title), () => act.post({ type: 'cancelLab', name }))}
            </>
          ) : stopped ? (
            <>
              <Sentence words={stoppedInShort(stopped, tokensOf(state))} chosen={chosenId(state)} /> {goOn}
            </>
          ) : run?.done ? (
            <Sentence words={inShort(run.done.result, tokensOf(state))} chosen={chosenId(state)} />
          ) : run?.ended && !isOpen ? (
            <>
              <span class="quiet">{run.ended.kind === 'failed' ? l10n.t('failed') : l10n.t('stopped')}</span> {goOn}
            </>
          ) : needsLayers(name, state) ? (
            <span class="quiet">{l10n.t('needs the layers')}</span>
          ) : (
            !isOpen && link(l10n.t('Run'), l10n.t('Run: {0}', title), () => start(ask))
          )}
        </span>
      </div>
      <div id={`lab-${name}`} hidden={!isOpen}>
        {isOpen && <Opened {...props} />}
      </div>
    </li>
  );
}

function Opened({ name, draft, set, state, view, act }: ExperimentProps) {
  const run = state.lab[name];
  const missing = obstacle(name, draft, state);
  const { Options } = pages[name];
  const { claim, title } = pages[name].texts();
  const box = useRef<HTMLDivElement>(null);
  const isRunning = Boolean(run?.running || run?.waits);
  const runs = useRef({ begun: 0, isRunning });
  if (isRunning && !runs.current.isRunning) runs.current.begun++;
  runs.current.isRunning = isRunning;
  const { begun } = runs.current;
  useIntoSight(box, '.lab-progress, .lab-outcome', begun === 0 ? null : String(begun), !isRunning);
  return (
    <div class="lab-body" ref={box}>
      <p class="lab-claim">
        {claim} {exceptionOf(name, state.model?.trunk ?? state.model?.server)}
      </p>
      <div class="lab-controls">
        <RunButtons name={name} run={run} ask={askOf(name, draft, state)} stopped={stoppedAsk(name, state)} act={act} />
        <Subject name={name} state={state} />
        {Options && (!readsText(name) || state.text) && <Options draft={draft} set={set} state={state} />}
      </div>
      {missing !== null && (
        <div class="lab-missing">
          <p class="note">{missing}</p>
          {readsText(name) && !state.text && !needsLayers(name, state) && (
            <Button onPress={() => act.post({ type: 'inspect' })}>{l10n.t('Inspect Selection')}</Button>
          )}
        </div>
      )}
      <div class="hidden" role="status">
        {run?.done && !run.running && !run.ended
          ? l10n.t('{0}: {1}', title, sentence(inShort(run.done.result, tokensOf(state))))
          : ''}
      </div>
      {run?.running && <Progress running={run.running} title={title} />}
      {run && <Ended run={run} />}
      {run && (
        <Outcome run={run} context={{ name, state, view, act, tokenOf: tokensOf(state), chosen: chosenId(state) }} />
      )}
    </div>
  );
}

/** What the experiment runs on: the chosen token, the inspected text, or the model alone. */
function Subject({ name, state }: { readonly name: Experiment; readonly state: PanelState }) {
  const token = chosenToken(state);
  const { text, source } = state;
  const tokenWords = pages[name].token?.words();
  return (
    <>
      {tokenWords !== undefined && token && <span>{filled(tokenWords, <TokenText token={token} chosen />)}</span>}
      {readsText(name) && text && source && (
        <span>
          {filled(
            text.contextCount > 0
              ? l10n.t('on the inspected text, without its context: {0}')
              : l10n.t('on the inspected text: {0}'),
            <q class="lab-text">{excerpt(source.excerpt, mostQuoted)}</q>,
          )}
          {text.leftOut > 0 &&
            ` ${plural(coveredCount(text), {
              1: l10n.t('Only its first token is used.'),
              other: l10n.t('Only its first {0} tokens are used.', count(coveredCount(text))),
            })}`}
        </span>
      )}
    </>
  );
}

interface OutcomeProps {
  readonly run: LabRun;
  readonly context: Omit<ResultContext, 'summary'>;
}

/** The estimate of a run, or else the last result: first the finding, then the pictures. */
function Outcome({ run: latest, context }: OutcomeProps) {
  const { state, chosen } = context;
  const { running, done } = latest;
  const stopped = stoppedEstimate(latest);
  const estimate = running?.estimate ?? stopped?.estimate;
  const found = estimate ?? done?.result;
  if (!found) return null;
  const isEstimate = found === estimate;
  const run = isEstimate ? stopped : done;
  const elsewhere = run ? belongsElsewhere({ result: found, text: run.text }, state) : [];
  const asked = run ? askedWith(run.ask) : null;
  const interval = isEstimate ? intervalOf(found) : null;
  const finding = findingOf(found, state);
  const all: ResultContext = { ...context, summary: sentence(finding) };
  return (
    <div class={isEstimate ? 'lab-outcome estimate' : 'lab-outcome'} data-estimate={isEstimate}>
      {elsewhere.length > 0 && (
        <p class="lab-elsewhere">
          <Sentence words={elsewhere} chosen={chosen} />
        </p>
      )}
      <div class="lab-finding">
        <p>
          {isEstimate && <span class="quiet">{l10n.t('Estimate:')} </span>}
          <Sentence words={finding} chosen={chosen} />
        </p>
        <CopyResult found={found} context={all} estimate={isEstimate ? (running ?? stopped) : null} />
      </div>
      {interval !== null && <p class="lab-interval">{interval}</p>}
      {asked !== null && <p class="note">{asked}</p>}
      {drawn(found, all)}
    </div>
  );
}

const drawn = <E extends Experiment>({ name, result }: LabResult<E>, context: ResultContext) =>
  h(pages[name].Result, { result, context });
