import * as l10n from '@vscode/l10n';
import { percent } from '../../shared/format';
import type { LabRun } from '../../shared/lab';
import { readsText, type Experiment } from '../../shared/lab';
import { Button } from '../controls';
import { Sentence } from '../parts/text';
import { sentence } from '../parts/words';
import type { SectionProps } from '../section';
import { chosenId } from '../store';
import { askedWith, askOf, type Draft, obstacle } from './asks';
import { belongsElsewhere } from './belongs';
import type { ResultContext } from './context';
import { findingOf, inShort } from './findings/all';
import { tokensOf } from './names';
import { Options, Subject } from './options';
import { Result } from './results/result';
import { Ended, Progress, RunButton } from './run';
import { Take } from './take';
import { exceptionOf, textsOf } from './texts';

interface ExperimentProps extends Pick<SectionProps, 'state' | 'view' | 'act'> {
  readonly name: Experiment;
  readonly draft: Draft;
  readonly set: (change: Partial<Draft>) => void;
}

/** One experiment in the list: its name, its question and its result in a few words; all of it where it is open. */
export function ExperimentRow(props: ExperimentProps) {
  const { name, draft, state, view, act } = props;
  const { title, question } = textsOf(name);
  const isOpen = view.experiment === name;
  const run = state.lab[name];
  const ask = askOf(name, draft, state);
  const isPossible = !(readsText(name) && state.model?.trunk === null);
  const open = (): void => act.setView({ experiment: name });
  const start = (): void => {
    open();
    if (ask) act.post({ type: 'lab', ask });
  };
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
          {run?.running ? (
            <span class="quiet">{l10n.t('running, {0}', percent(100 * run.running.fraction))}</span>
          ) : run?.done ? (
            <Sentence words={inShort(run.done.result, tokensOf(state))} chosen={chosenId(state)} />
          ) : run?.ended && !isOpen ? (
            <span class="quiet">{run.ended.kind === 'failed' ? l10n.t('failed') : l10n.t('stopped')}</span>
          ) : !isPossible ? (
            <span class="quiet">{l10n.t('needs the layers')}</span>
          ) : (
            !isOpen && (
              <button type="button" class="text-link" aria-label={l10n.t('Run: {0}', title)} onClick={start}>
                {l10n.t('Run')}
              </button>
            )
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
  const { claim, title } = textsOf(name);
  return (
    <div class="lab-body">
      <p class="lab-claim">
        {claim} {exceptionOf(name, state.model?.trunk)}
      </p>
      <div class="lab-controls">
        <RunButton run={run} ask={askOf(name, draft, state)} act={act} />
        <Subject name={name} state={state} />
        {(!readsText(name) || state.text) && <Options name={name} draft={draft} set={set} state={state} />}
      </div>
      {missing !== null && (
        <div class="lab-missing">
          <p class="note">{missing}</p>
          {readsText(name) && !state.text && state.model?.trunk !== null && (
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

/** The estimate while there is one, else the last result: what it says first, then what it shows. */
function Outcome({ run: { running, done }, context }: { readonly run: LabRun; readonly context: ResultContext }) {
  const { state, chosen } = context;
  const found = running?.estimate ?? done?.result;
  if (!found) return null;
  const isEstimate = found === running?.estimate;
  const elsewhere = done && !isEstimate ? belongsElsewhere(done, state) : [];
  const asked = done && !isEstimate ? askedWith(done.ask) : null;
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
          <Sentence words={findingOf(found, state)} chosen={chosen} />
        </p>
        {!isEstimate && <Take found={found} context={context} />}
      </div>
      {asked !== null && <p class="note">{asked}</p>}
      <Result found={found} context={context} />
    </div>
  );
}
