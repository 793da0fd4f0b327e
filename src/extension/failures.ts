import * as vscode from 'vscode';
import { EngineError, type ErrorCode } from '../shared/errors';
import type { Failure } from '../shared/panel';
import { logEntry } from './logEntry';
import { namesModelFile } from './settings';

/** Failures that the user should hear of even without the panel in sight; the others are answered in the panel alone. */
const announced: ReadonlySet<ErrorCode> = new Set(['model-missing', 'model-damaged', 'model-unsupported', 'geometry-only', 'worker-lost', 'internal']);

/** Logs failures and tells the user. One error that ends several requests is one failure. */
export class Failures {
  readonly #told = new WeakSet<object>();

  constructor(private readonly log: vscode.LogOutputChannel) {}

  /** Returns what the panel says of it. */
  tell(error: unknown): Failure {
    const code = error instanceof EngineError ? error.code : 'internal';
    const sentence = error instanceof EngineError && code !== 'internal' ? error.message : vscode.l10n.t('Something failed inside Vectorscope. Inspect again; if it fails once more, report what the log says.');
    const failure: Failure = { message: sentence, help: helpFor(code) };
    if (typeof error === 'object' && error !== null) {
      if (this.#told.has(error)) return failure;
      this.#told.add(error);
    }
    this.log.error(logEntry(error));
    if (announced.has(code)) this.#announce(sentence);
    return failure;
  }

  #announce(sentence: string): void {
    const showLog = vscode.l10n.t('Show Log');
    void vscode.window.showErrorMessage(sentence, showLog).then((chosen) => {
      if (chosen === showLog) this.log.show();
    });
  }
}

/** A slip is answered by its sentence alone; a model that a setting names is changed there. */
function helpFor(code: ErrorCode): Failure['help'] {
  switch (code) {
    case 'bad-request':
    case 'empty-text':
    case 'cancelled':
      return null;
    case 'model-missing':
    case 'model-damaged':
    case 'model-unsupported':
    case 'geometry-only':
      return namesModelFile() ? 'settings' : 'log';
    case 'worker-lost':
    case 'internal':
      return 'log';
  }
}
