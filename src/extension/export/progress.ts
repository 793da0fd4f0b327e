import * as vscode from 'vscode';
import type { Control, Progress } from '../../shared/engine';
import { Pace, timeLeftInShort } from '../../shared/timeLeft';
import { after } from '../../shared/timers';

/**
 * Does work that may take long. After `wait` milliseconds a notification shows how far it is, and lets the user cancel
 * it. `wordsOf` says what is known beside its share.
 */
export async function withProgress<T>(
  title: string,
  work: (control: Control) => Promise<T>,
  wordsOf: (progress: Progress) => string = () => '',
  wait = 1000,
): Promise<T> {
  const aborting = new AbortController();
  const pace = new Pace();
  let shown = 0;
  let show = (_progress: Progress): void => {};
  const notify = (): undefined =>
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (notification, cancellation) => {
        cancellation.onCancellationRequested(() => aborting.abort());
        show = (progress) => {
          const left = pace.left(progress.fraction, performance.now());
          const words = [wordsOf(progress), left === null ? '' : timeLeftInShort(left, vscode.l10n)];
          const message = words.filter((part) => part !== '').join(' · ');
          notification.report({ message, increment: 100 * Math.max(0, progress.fraction - shown) });
          shown = Math.max(shown, progress.fraction);
        };
        await done.catch(() => undefined);
      },
    );
  const done = Promise.resolve().then(() =>
    work({ signal: aborting.signal, onProgress: (progress) => show(progress) }),
  );
  const stop = wait > 0 ? after(wait, notify) : notify();
  return done.finally(() => stop?.());
}
