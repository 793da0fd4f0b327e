import * as l10n from '@vscode/l10n';
import { h } from 'preact';
import { useRef } from 'preact/hooks';
import { tabSeparated } from '../../shared/columns';
import { percent } from '../../shared/format';
import {
  experiments,
  readsText,
  type DoneLab,
  type Experiment,
  type LabResult,
  readsLayers,
  type LabAsk,
} from '../../shared/lab';
import { takesApart } from '../../shared/model';
import type { PanelState } from '../../shared/panel';
import { coveredCount } from '../../shared/place';
import { Button } from '../controls';
import { posted, Take } from '../parts/copy';
import { HideFragments } from '../parts/fragments';
import { tokenCount } from '../parts/numbers';
import { passFocus } from '../parts/roving';
import { useIntoSight } from '../parts/sight';
import { Sentence, TokenText, TextLink } from '../parts/text';
import { withoutMatrices, withoutHidden, withoutLayers } from '../parts/unknown';
import { filled, sentence } from '../parts/words';
import type { Section, SectionProps } from '../section';
import { chosenId, chosenToken } from '../store';
import { copiedResult, tokensOf } from './data';
import { pages } from './experiments';
import { labFinding, belongsElsewhere, doneInShort, excerpt, exceptionOf, findingOf } from './findings';
import type { Draft } from './options';
import type { ResultContext } from './page';
import { Ended, LabProgress, RunButton } from './run';

/** Whether the experiment needs more of the model than is known: its layers, h, or the matrices. */
export const needsLayers = (name: Experiment, { model }: PanelState): boolean =>
  model !== null &&
  (model.sizes === null || (readsLayers(name) && model.trunk === null) || (readsText(name) && !takesApart(model)));

/** The request to the extension; null if something is missing, which `obstacle` names. */
export function askOf<E extends Experiment>(name: E, draft: Draft, state: PanelState): LabAsk<E> | null {
  if (needsLayers(name, state) || (readsText(name) && !state.text)) return null;
  const options = pages[name].options(draft, state);
  return options && { name, options };
}

/** What the user has to do before the experiment can run. */
export function obstacle(name: Experiment, draft: Draft, state: PanelState): string | null {
  if (askOf(name, draft, state)) return null;
  if (needsLayers(name, state))
    return (
      withoutMatrices(state) ??
      (readsLayers(name) ? withoutLayers(state) : withoutHidden(state)) ??
      l10n.t('The layers of this model are not loaded. Load another model.')
    );
  if (readsText(name) && !state.text) return l10n.t('This experiment needs an inspected text.');
  if (chosenId(state) === undefined) return l10n.t('Choose a token first.');
  return pages[name].missing?.() ?? null;
}

/** A sentence with the options that a result does not show. */
export const askedWith = <E extends Experiment>({ name, options }: LabAsk<E>): string | null =>
  pages[name].askedWith?.(options) ?? null;

/** Longest quote from the inspected text, in characters. */
const mostQuoted = 80;

interface ExperimentProps extends Pick<SectionProps, 'state' | 'view' | 'act'> {
  readonly name: Experiment;
  readonly draft: Draft;
  readonly set: (change: Draft) => void;
}

/** One experiment: its title, its question and its result in a few words; all of it if the row is open. */
function ExperimentRow(props: ExperimentProps) {
  const { name, draft, state, view, act } = props;
  const { title, question } = pages[name].texts();
  const isOpen = view.experiment === name;
  const run = state.lab[name];
  const ask = askOf(name, draft, state);
  const link = (text: string, label: string, onClick: () => void) => (
    <TextLink
      aria-label={label}
      onClick={(event) => {
        passFocus(event, '.lab-row', '.lab-opener');
        onClick();
      }}
    >
      {text}
    </TextLink>
  );
  const start = (): void => {
    act.setView({ experiment: name });
    if (ask) act.post({ type: 'lab', ask });
  };
  return (
    <li class={isOpen ? 'lab-row open' : 'lab-row'} data-experiment={name}>
      <div class="row lab-head">
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
            <span class="lab-name">{title}</span> <span class="quiet lab-question">{question}</span>
          </button>
        </h3>
        <span class="at-end lab-result">
          {run?.running ? (
            <>
              <span class="quiet">{l10n.t('running, {0}', percent(100 * run.running.fraction))}</span>{' '}
              {!isOpen && link(l10n.t('Stop'), l10n.t('Stop: {0}', title), () => act.post({ type: 'cancelLab' }))}
            </>
          ) : run?.done ? (
            <Sentence words={doneInShort(run.done, tokensOf(state))} chosen={chosenId(state)} />
          ) : run?.ended && !isOpen ? (
            <span class="quiet">{run.ended.kind === 'failed' ? l10n.t('failed') : l10n.t('stopped')}</span>
          ) : needsLayers(name, state) ? (
            <span class="quiet">{l10n.t('needs the layers')}</span>
          ) : (
            !isOpen && link(l10n.t('Run'), l10n.t('Run: {0}', title), start)
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
  const isRunning = Boolean(run?.running);
  const runs = useRef({ begun: 0, isRunning });
  if (isRunning && !runs.current.isRunning) runs.current.begun++;
  runs.current.isRunning = isRunning;
  const { begun } = runs.current;
  useIntoSight(box, '.lab-progress, .lab-outcome', begun === 0 ? null : String(begun), !isRunning);
  return (
    <div class="lab-body" ref={box}>
      <p class="quiet readable">
        {claim} {exceptionOf(name, state.model?.trunk ?? state.model?.server)}
      </p>
      <div class="row centre small quiet above lab-controls">
        <RunButton run={run} ask={askOf(name, draft, state)} act={act} />
        <Subject name={name} state={state} />
        {Options && (!readsText(name) || state.text) && <Options draft={draft} set={set} state={state} />}
      </div>
      {missing !== null && (
        <div class="row">
          <p class="note">{missing}</p>
          {readsText(name) && !state.text && !needsLayers(name, state) && (
            <Button onPress={() => act.post({ type: 'inspect' })}>{l10n.t('Inspect Selection')}</Button>
          )}
        </div>
      )}
      <div class="hidden" role="status">
        {run?.done && !run.running && !run.ended
          ? l10n.t('{0}: {1}', title, sentence(doneInShort(run.done, tokensOf(state))))
          : ''}
      </div>
      {run?.running && <LabProgress running={run.running} title={title} />}
      {run && <Ended run={run} />}
      {run?.done && (
        <Outcome
          done={run.done}
          context={{ name, state, view, act, tokenOf: tokensOf(state), chosen: chosenId(state) }}
        />
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
          {text.leftOut > 0 && ` ${l10n.t('Only its beginning is used: {0}.', tokenCount(coveredCount(text)))}`}
        </span>
      )}
    </>
  );
}

interface OutcomeProps {
  readonly done: DoneLab;
  readonly context: Omit<ResultContext, 'summary'>;
}

/** The last result or an estimate: first the finding, then the pictures. */
function Outcome({ done, context }: OutcomeProps) {
  const { act, chosen, name, state, tokenOf, view } = context;
  const isEstimate = done.share !== undefined;
  const elsewhere = belongsElsewhere(done, state);
  const asked = askedWith(done.ask);
  const finding = findingOf(done.result, state);
  const copied = () => tabSeparated(copiedResult(done, tokenOf, view.hideFragments));
  const all: ResultContext = { ...context, summary: sentence(finding) };
  return (
    <div class={isEstimate ? 'lab-outcome estimate' : 'lab-outcome'} data-estimate={isEstimate}>
      {elsewhere.length > 0 && (
        <p class="quiet">
          <Sentence words={elsewhere} chosen={chosen} />
        </p>
      )}
      <div class="spread">
        <p class="readable">
          {isEstimate && <span class="quiet">{l10n.t('Estimate:')} </span>}
          <Sentence words={finding} chosen={chosen} />
        </p>
        <Take
          items={[
            posted(act, l10n.t('Copy table'), () => ({ type: 'copy', text: copied(), as: 'table', of: 'lab' })),
            posted(act, l10n.t('Copy as JSON'), () => ({ type: 'exportLab', name, as: 'json' })),
            posted(act, l10n.t('Save as JSON…'), () => ({ type: 'exportLab', name, as: 'file' }), null),
          ]}
          label={l10n.t('Copy: {0}', pages[name].texts().title)}
        />
      </div>
      {asked !== null && <p class="note">{asked}</p>}
      {drawn(done.result, all)}
    </div>
  );
}

const drawn = <E extends Experiment>({ name, result }: LabResult<E>, context: ResultContext) =>
  h(pages[name].Result, { result, context });

function LabBody(props: SectionProps) {
  const { labOptions: draft } = props.view;
  return (
    <ul class="lab">
      {experiments.map((name) => (
        <ExperimentRow
          key={name}
          name={name}
          draft={draft}
          set={(change) => props.act.setView({ labOptions: { ...draft, ...change } })}
          {...props}
        />
      ))}
    </ul>
  );
}

export const labSection: Section = {
  id: 'lab',
  title: () => l10n.t('Lab'),
  shown: ({ model }) => model !== null,
  missing: withoutMatrices,
  finding: labFinding,
  Controls: HideFragments,
  Body: LabBody,
};
