import * as vscode from 'vscode';
import type { Control } from '../../shared/engine';

/** Work that takes less shows no notification. Milliseconds. */
const patience = 1000;

/** Does work that may take long. After a while a notification shows its progress and lets the user cancel it. */
export async function withProgress<T>(title: string, work: (control: Control) => Promise<T>): Promise<T> {
  const aborting = new AbortController();
  let show = (_fraction: number): void => {};
  const done = work({ signal: aborting.signal, onProgress: ({ fraction }) => show(fraction) });
  const late = setTimeout(() => {
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (progress, cancellation) => {
        cancellation.onCancellationRequested(() => aborting.abort());
        let shown = 0;
        show = (fraction) => {
          progress.report({ increment: 100 * Math.max(0, fraction - shown) });
          shown = Math.max(shown, fraction);
        };
        await done.catch(() => undefined);
      },
    );
  }, patience);
  try {
    return await done;
  } finally {
    clearTimeout(late);
  }
}
