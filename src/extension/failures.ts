import * as vscode from 'vscode';
import { EngineError, type ErrorCode } from '../shared/errors';
import { logEntry } from './logEntry';

/** Failures that the user should hear of even without the panel in sight; the others are answered in the panel alone. */
const announced: ReadonlySet<ErrorCode> = new Set(['model-missing', 'model-damaged', 'model-unsupported', 'worker-lost', 'internal']);

/** Logs failures and tells the user. One error that ends several requests is one failure. */
export class Failures {
  readonly #told = new WeakSet<object>();

  constructor(private readonly log: vscode.LogOutputChannel) {}

  /** Returns the sentence for the panel. */
  tell(error: unknown): string {
    const code = error instanceof EngineError ? error.code : 'internal';
    const sentence = error instanceof EngineError && code !== 'internal' ? error.message : vscode.l10n.t('Something failed inside Vectorscope. Inspect again; if it fails once more, report what the log says.');
    if (typeof error === 'object' && error !== null) {
      if (this.#told.has(error)) return sentence;
      this.#told.add(error);
    }
    this.log.error(logEntry(error));
    if (announced.has(code)) this.#announce(sentence);
    return sentence;
  }

  #announce(sentence: string): void {
    const showLog = vscode.l10n.t('Show Log');
    void vscode.window.showErrorMessage(sentence, showLog).then((chosen) => {
      if (chosen === showLog) this.log.show();
    });
  }
}
