import * as vscode from 'vscode';
import type { ModelSummary } from '../../shared/engine';
import { EngineError, isCancelled, type ErrorCode } from '../../shared/errors';
import { translated } from '../../shared/said';

/** The summary in a file's header, or a sentence that says why it cannot be read. */
export type Description =
  | { readonly kind: 'read'; readonly summary: ModelSummary }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string };

/** Failures that the file causes. Any other may not occur again at the next try. */
const ofTheFile: ReadonlySet<ErrorCode> = new Set([
  'model-missing',
  'model-damaged',
  'model-unsupported',
  'bad-request',
]);

/** The descriptions of the model files whose headers were requested. */
export class Descriptions {
  readonly #known = new Map<string, Description>();
  readonly #asked = new Map<string, Promise<void>>();

  constructor(private readonly describe: (path: string) => Promise<ModelSummary>) {}

  /** `null` before it was requested. */
  of(path: string): Description | null {
    return this.#known.get(path) ?? null;
  }

  /** Reads a header that was not read yet; with `anew` again, since the file may have changed. Never rejects. */
  ask(path: string, anew = false): Promise<void> {
    const asked = this.#asked.get(path);
    if (asked) return asked;
    if (!anew && this.#known.has(path)) return Promise.resolve();
    const asking = this.#read(path).finally(() => this.#asked.delete(path));
    this.#asked.set(path, asking);
    return asking;
  }

  /** Keeps the failure of a load, if the file is its cause. */
  keep(path: string, error: unknown): void {
    if (error instanceof EngineError && ofTheFile.has(error.code))
      this.#known.set(path, { kind: 'failed', code: error.code, message: translated(error.said, vscode.l10n) });
  }

  async #read(path: string, isSecond = false): Promise<void> {
    try {
      this.#known.set(path, { kind: 'read', summary: await this.describe(path) });
    } catch (error) {
      // The engine ends when another model is loaded, and starts anew.
      if (isCancelled(error) && !isSecond) return this.#read(path, true);
      this.keep(path, error);
    }
  }
}
