import * as l10n from '@vscode/l10n';
import { type Experiment, type LabAsk, type LabRun, type RunningLab } from '../../shared/lab';
import { timeLeft } from '../../shared/timeLeft';
import { type Actions } from '../actions';
import { Button } from '../controls';
import { passFocus } from '../parts/passFocus';
import { Sentence } from '../parts/text';
import { soFar } from './findings';

interface RunButtonProps {
  readonly name: Experiment;
  readonly run: LabRun | undefined;
  /** null if something is missing. */
  readonly ask: LabAsk | null;
  /** The request of a stopped run that can be continued; null if there is none. */
  readonly stopped: LabAsk | null;
  readonly act: Actions;
}

/**
 * Starts the experiment, starts it again, stops it, or continues the stopped run. The first button is one and the same
 * in all of that, so that whoever starts a run by keyboard can stop it.
 */
export function RunButtons({ name, run, ask, stopped, act }: RunButtonProps) {
  const isRunning = Boolean(run?.running || run?.waits);
  const first = isRunning
    ? { text: l10n.t('Stop'), post: { type: 'cancelLab', name } as const }
    : stopped
      ? { text: l10n.t('Continue'), post: { type: 'lab', ask: stopped, goOn: true } as const }
      : ask && { text: run?.done ? l10n.t('Run again') : l10n.t('Run'), post: { type: 'lab', ask } as const };
  return (
    <>
      {first && (
        <Button
          key="first"
          primary={!isRunning && (stopped !== null || !run?.done)}
          onPress={() => act.post(first.post)}
        >
          {first.text}
        </Button>
      )}
      {ask && stopped && !isRunning && (
        <Button
          key="again"
          onPress={(event) => {
            passFocus(event, '.lab-controls', '.button');
            act.post({ type: 'lab', ask });
          }}
        >
          {l10n.t('Run again')}
        </Button>
      )}
    </>
  );
}

interface ProgressProps {
  readonly running: RunningLab;
  readonly title: string;
}

/** The progress of a run: a bar, the share in words, and the time left. */
export function Progress({ running, title }: ProgressProps) {
  const { fraction } = running;
  const words = [soFar(running), timeLeft(running.secondsLeft, l10n)].filter((sentence) => sentence !== '').join(' ');
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
  if (ended.kind === 'cancelled' && ended.stopped?.estimate)
    return l10n.t('Stopped. This is the estimate from the part that was done.');
  const why = {
    cancelled: () => l10n.t('Stopped.'),
    unloaded: () => l10n.t('The model was unloaded before the experiment finished.'),
    failed: () => (ended.kind === 'failed' ? ended.message : ''),
  }[ended.kind]();
  if (done) return l10n.t('{0} This is the previous result.', why);
  return ended.kind === 'failed' ? why : l10n.t('{0} There is no earlier result.', why);
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
