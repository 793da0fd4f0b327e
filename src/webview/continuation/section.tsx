import * as l10n from '@vscode/l10n';
import { type DataColumn, type DataRows, dataRows } from '../../shared/columns';
import { type ContinuationStep, mostSeed } from '../../shared/continuation';
import { continuationTable } from '../../shared/continuationTables';
import { isGoingOn, type ContinuedPath } from '../../shared/instruments';
import { mostContinued } from '../../shared/intents';
import { predicts } from '../../shared/model';
import type { NamedToken } from '../../shared/tokens';
import { goOn } from '../actions';
import { Button, TextField } from '../controls';
import { NumberField } from '../lab/options';
import { InsertIntoDocument } from '../parts/appended';
import { useRememberedOf } from '../parts/remembered';
import { Toggles } from '../parts/toggles';
import { withoutPredictions } from '../parts/unknown';
import { sentence } from '../parts/words';
import { TakeAway } from '../picture/save';
import type { Section, SectionProps } from '../section';
import { chosenId } from '../store';
import { Lines } from './lines';
import { OpenedStep } from './step';
import { continuationFinding, forkAt, pathName, treeOf, type OpenStep } from './tree';

/** The steps of each path, which has a name. */
export const pathTables = (paths: readonly ContinuedPath[]): readonly DataRows[] =>
  paths.map((path) => {
    const { columns, rows } = continuationTable(path.steps, l10n);
    const named: DataColumn<ContinuationStep> = { key: 'path', value: () => sentence(pathName(path)) };
    return dataRows({ columns: [named, ...columns], rows });
  });

function Options({ state, view, act }: SectionProps) {
  const { continuing, sampler } = view;
  const { count, sampled, seed, stop } = continuing;
  const set = (change: Partial<typeof continuing>) => act.setView({ continuing: { ...continuing, ...change } });
  return (
    <>
      <NumberField
        label={l10n.t('tokens')}
        value={count}
        range={{ least: 1, most: mostContinued }}
        onChange={(value) => set({ count: value })}
      />
      <Toggles
        label={l10n.t('Each next token')}
        options={[
          ['greedy', l10n.t('greedy')],
          ['sampled', l10n.t('sampled')],
        ]}
        value={sampled ? 'sampled' : 'greedy'}
        onChoose={(how) => set({ sampled: how === 'sampled' })}
      />
      {sampled && (
        <NumberField
          label={l10n.t('seed')}
          value={seed}
          range={{ least: 0, most: mostSeed }}
          onChange={(value) => set({ seed: value })}
        />
      )}
      {sampled && sampler.temperature === 0 && <span>{l10n.t('Temperature 0 is greedy.')}</span>}
      {sampled && state.model?.server && (
        <span>{l10n.t('Tokens are drawn here, from the server’s lists. Its own sampler is not used.')}</span>
      )}
      <span class="row centre stop-at">
        {l10n.t('stop at')}
        <TextField
          id="continue-stop"
          label={l10n.t('Stop at this text')}
          placeholder={l10n.t('any text')}
          value={stop}
          maxLength={1000}
          onInput={(value) => set({ stop: value })}
          onKeyDown={() => undefined}
        />
      </span>
    </>
  );
}

function PathActions({ state, act, path }: SectionProps & { readonly path: ContinuedPath }) {
  const { continuation } = state;
  return (
    <div class="row">
      <InsertIntoDocument state={state} act={act} path={path} />
      <Button onPress={() => act.post({ type: 'inspectPath', path: path.id })}>{l10n.t('Inspect')}</Button>
      {continuation.paths
        .filter((one) => one !== path)
        .map((one) => (
          <Button
            onPress={() => {
              act.post({ type: 'inspectPath', path: path.id, against: one.id });
              act.goTo('texts');
            }}
          >
            {l10n.t('Compare with {0}', sentence(pathName(one)))}
          </Button>
        ))}
      <Button onPress={() => act.post({ type: 'removePath', path: path.id })}>{l10n.t('Remove')}</Button>
    </div>
  );
}

function Body(props: SectionProps) {
  const { state, view, act } = props;
  const { text, continuation } = state;
  const { paths, failure } = continuation;
  const tree = treeOf(paths);
  const [wanted, setOpen] = useRememberedOf<OpenStep | null>('open step', [text], null);
  const path = paths.find(({ id }) => id === wanted?.path);
  const step = wanted && path?.steps[wanted.step];
  const isRunning = isGoingOn(paths);
  const branch = (from: ContinuedPath, at: number, token: NamedToken): void =>
    act.post(goOn(view, forkAt(from, at, token, view.continuing.count)));
  return (
    <>
      <div class="row centre small quiet">
        <Button
          primary={paths.length === 0}
          onPress={() => act.post(isRunning ? { type: 'stopContinuing' } : goOn(view))}
        >
          {isRunning ? l10n.t('Stop') : l10n.t('Continue…')}
        </Button>
        <Options {...props} />
      </div>
      {failure !== null && (
        <p class="above" role="alert">
          {failure}
        </p>
      )}
      {tree && (
        <>
          <Lines
            tree={tree}
            paths={paths}
            open={step ? wanted : null}
            chosen={chosenId(state)}
            onOpen={setOpen}
            onBranch={branch}
            onRemove={(id) => act.post({ type: 'removePath', path: id })}
          />
          <p class="note">
            {l10n.t(
              'Below a token: its probability, and as a link a second token at least half as likely. Tint and underline: surprisal, up to 4 bits. Keys: ← → token, ↑ ↓ path, Enter branch, Delete remove.',
            )}
          </p>
        </>
      )}
      {path && wanted && step && (
        <OpenedStep
          {...props}
          {...{ path, at: wanted.step, step, onBranch: branch }}
          actions={<PathActions {...props} path={path} />}
        />
      )}
      <span class="hidden" role="status">
        {isRunning || !tree ? '' : sentence(continuationFinding(paths))}
      </span>
    </>
  );
}

export const continuationSection: Section = {
  id: 'continuation',
  title: () => l10n.t('Continue'),
  shown: ({ model, text }) => text !== null && model !== null && (predicts(model) || model.server !== undefined),
  missing: (state) =>
    withoutPredictions(state) ??
    (state.text?.leftOut
      ? l10n.t('The end of this text has no prediction, so nothing can follow it. Inspect a shorter part.')
      : null),
  finding: ({ continuation }) => continuationFinding(continuation.paths),
  Controls: ({ state: { continuation } }) =>
    continuation.paths.length > 0 ? (
      <TakeAway
        picture="continuation"
        title={l10n.t('Continuations')}
        tables={() => pathTables(continuation.paths)}
        of="continuation"
      />
    ) : null,
  Body,
};
