import type { CancellationToken, Disposable } from 'vscode';

/** Ends after the given milliseconds, or when the caller cancels. Must be disposed of. */
export class Deadline {
  #over = false;
  #end: () => void = () => undefined;
  readonly #ended = new Promise<void>((resolve) => (this.#end = resolve));
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #listening: Disposable;

  constructor(milliseconds: number, cancellation: Pick<CancellationToken, 'onCancellationRequested'>) {
    this.#timer = setTimeout(() => this.dispose(), milliseconds);
    this.#listening = cancellation.onCancellationRequested(() => this.dispose());
  }

  get over(): boolean {
    return this.#over;
  }

  /** Resolves when the work is done or the deadline ends, whichever comes first. The work must not reject. */
  async wait(work: Promise<void>): Promise<void> {
    await Promise.race([work, this.#ended]);
  }

  dispose(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#listening.dispose();
    this.#end();
  }
}
