import { host } from '#host';
import * as vscode from 'vscode';
import type { Control, Progress } from '../../shared/engine';
import { EngineError } from '../../shared/errors';
import { serverPlace } from '../../shared/modelName';
import { Pace, timeLeftInShort } from '../../shared/timeLeft';
import { after } from '../../shared/timers';
import type { Outlet } from './exporter';
import { endingOf } from './exportParts';

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

/** Exports go through the editor's own dialogs. */
export const editorOutlet: Outlet<vscode.Uri> = {
  l10n: vscode.l10n,
  copy: (text) => vscode.env.clipboard.writeText(text),
  askWhere,
  endingOf: ({ path }) => endingOf(path),
  save,
  say,
  agreesToSend,
  withProgress,
};

/**
 * Asks where to save. Suggests the document's folder if it is writable.
 * `endings` has the kinds of files by name; the title lists them, since not every dialog shows its filters. `undefined`
 * if the user closes the dialog.
 */
async function askWhere(
  name: string,
  document: string | null,
  endings: Readonly<Record<string, string>>,
): Promise<vscode.Uri | undefined> {
  const kinds = Object.entries(endings);
  return vscode.window.showSaveDialog({
    title: titleOf(kinds.map(([kind, ending]) => `${kind} (.${ending})`)),
    defaultUri: vscode.Uri.joinPath(folderFor(document), name),
    filters: Object.fromEntries(kinds.map(([kind, ending]) => [kind, [ending]])),
  });
}

/** Asks whether a text may go to a server for an export. If h of the same text is still known, nothing is sent. */
async function agreesToSend(address: string): Promise<boolean> {
  const send = vscode.l10n.t('Send and Export');
  const question = vscode.l10n.t(
    'For the export the whole text runs again. It may be sent to {0} again.',
    serverPlace(address),
  );
  return (await vscode.window.showWarningMessage(question, { modal: true }, send)) === send;
}

function titleOf(kinds: readonly string[]): string {
  const [last = '', ...others] = [...kinds].reverse();
  return others.length === 0
    ? vscode.l10n.t('Save as {0}', last)
    : vscode.l10n.t('Save as {0} or {1}', others.reverse().join(', '), last);
}

function folderFor(document: string | null): vscode.Uri {
  const uri = document === null ? null : vscode.Uri.parse(document);
  // An untitled document, a notebook's cell and the old side of a diff have a path, but no folder on a file system.
  if (uri && vscode.workspace.fs.isWritableFileSystem(uri.scheme)) return vscode.Uri.joinPath(uri, '..');
  return vscode.workspace.workspaceFolders?.[0]?.uri ?? host.home();
}

/** Writes a file and tells the user. Rejects with `EngineError('not-written')`. */
async function save(to: vscode.Uri, content: Uint8Array): Promise<void> {
  const name = to.path.slice(to.path.lastIndexOf('/') + 1);
  try {
    await vscode.workspace.fs.writeFile(to, content);
  } catch (error) {
    throw new EngineError(
      'not-written',
      vscode.l10n.t('{0} could not be written. Choose another folder, or check that you may write there.', name),
      error,
    );
  }
  say(vscode.l10n.t('Saved {0}.', name));
}

/** How long a message stays in the status bar. Milliseconds. */
const statusBarTime = 8000;

export function say(sentence: string): void {
  vscode.window.setStatusBarMessage(sentence, statusBarTime);
}
