import * as l10n from '@vscode/l10n';
import { percent } from '../../shared/format';
import type { LabAsk, LabRun } from '../../shared/lab';
import { timeLeft } from '../../shared/timeLeft';
import type { Actions } from '../actions';
import { Button } from '../controls';
import { Bar } from '../parts/progress';
import { Sentence } from '../parts/text';

interface RunButtonProps {
  readonly run: LabRun | undefined;
  /** null if something is missing. */
  readonly ask: LabAsk | null;
  readonly act: Actions;
}

/**
 * Starts the experiment, starts it again, or stops it. The button is one and the same in all of that, so that whoever
 * starts a run by keyboard can stop it.
 */
export function RunButton({ run, ask, act }: RunButtonProps) {
  if (!run?.running && !ask) return null;
  const isWhole = run?.done && run.done.share === undefined;
  return (
    <Button
      primary={!run?.running && !isWhole}
      onPress={() => act.post(run?.running || !ask ? { type: 'cancelLab' } : { type: 'lab', ask })}
    >
      {run?.running ? l10n.t('Stop') : run?.done ? l10n.t('Run again') : l10n.t('Run')}
    </Button>
  );
}

interface ProgressProps {
  readonly running: NonNullable<LabRun['running']>;
  readonly title: string;
}

/** The progress of a run: a bar, the share in words, and the time left. */
export function LabProgress({ running: { fraction, secondsLeft }, title }: ProgressProps) {
  const words = `${l10n.t('{0} is done so far.', percent(100 * fraction))} ${timeLeft(secondsLeft, l10n)}`.trim();
  return (
    <>
      <div class="above lab-progress">
        <Bar fraction={fraction} label={title} words={words} />
      </div>
      <p class="note">{words}</p>
    </>
  );
}

/** Why the latest run did not finish; null if it did. */
export function endedWords({ running, done, ended }: LabRun): string | null {
  if (!ended || running) return null;
  const why = {
    cancelled: () => l10n.t('Stopped.'),
    unloaded: () => l10n.t('The model was unloaded before the experiment finished.'),
    failed: () => (ended.kind === 'failed' ? ended.message : ''),
  }[ended.kind]();
  if (!done) return why;
  return done.share === undefined
    ? l10n.t('{0} This is the previous result.', why)
    : l10n.t('{0} This is the estimate from the part that was done.', why);
}

export function Ended({ run }: { readonly run: LabRun }) {
  const words = endedWords(run);
  if (words === null) return null;
  return (
    <p class="above" data-ended={run.ended?.kind} role={run.ended?.kind === 'failed' ? 'alert' : 'status'}>
      <Sentence words={[words]} />
    </p>
  );
}
