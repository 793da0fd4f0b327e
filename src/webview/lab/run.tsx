import * as l10n from '@vscode/l10n';
import type { Experiment, LabAsk, LabRun } from '../../shared/lab';
import { Button } from '../controls';
import { Sentence } from '../parts/text';
import type { Actions } from '../section';
import { soFar } from './findings';

interface RunButtonProps {
  readonly name: Experiment;
  readonly run: LabRun | undefined;
  /** null if something is missing. */
  readonly ask: LabAsk | null;
  readonly act: Actions;
}

/** Starts the experiment, starts it again, or stops it. */
export function RunButton({ name, run, ask, act }: RunButtonProps) {
  if (run?.running || run?.waits)
    return <Button onPress={() => act.post({ type: 'cancelLab', name })}>{l10n.t('Cancel')}</Button>;
  if (!ask) return null;
  return (
    <Button primary={!run?.done} onPress={() => act.post({ type: 'lab', ask })}>
      {run?.done ? l10n.t('Run again') : l10n.t('Run')}
    </Button>
  );
}

/** The progress of a run: a bar, and the share in words. */
export function Progress({
  running,
  title,
}: {
  readonly running: NonNullable<LabRun['running']>;
  readonly title: string;
}) {
  const { fraction } = running;
  const words = soFar(running);
  return (
    <>
      <div
        class="lab-progress"
        role="progressbar"
        aria-label={title}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(100 * fraction)}
        aria-valuetext={words}
      >
        <div class="progress-done" style={{ width: `${(100 * fraction).toFixed(1)}%` }} />
      </div>
      <p class="note">{running.estimate ? l10n.t('{0} The result below is an estimate.', words) : words}</p>
    </>
  );
}

/** Why the latest run gave no result; null if it gave one. */
export function endedWords({ running, done, ended }: LabRun): string | null {
  if (!ended || running) return null;
  if (ended.kind === 'cancelled' && ended.estimate)
    return l10n.t('Cancelled. This is the estimate from the part that was done.');
  if (ended.kind === 'cancelled')
    return done ? l10n.t('Cancelled. This is the previous result.') : l10n.t('Cancelled. There is no earlier result.');
  if (ended.kind === 'unloaded')
    return done
      ? l10n.t('The model was unloaded before the experiment finished. This is the previous result.')
      : l10n.t('The model was unloaded before the experiment finished. There is no earlier result.');
  const { message } = ended;
  return done ? l10n.t('{0} This is the previous result.', message) : message;
}

export function Ended({ run }: { readonly run: LabRun }) {
  const words = endedWords(run);
  if (words === null) return null;
  return (
    <p class="lab-ended" data-ended={run.ended?.kind} role={run.ended?.kind === 'failed' ? 'alert' : 'status'}>
      <Sentence words={[words]} />
    </p>
  );
}
