import type { WorkingStatus } from './workingStatus';

/** A model that is being opened: its file is looked at, which takes seconds where the vocabulary is long. */
export class Opening {
  #current: { readonly cancel: () => void } | null = null;

  constructor(
    private readonly status: WorkingStatus,
    /** Whether other work is shown. */
    private readonly isBusy: () => boolean,
  ) {}

  /**
   * Shows the name of the model at once, unless other work is shown. Returns a function that ends this. `cancel` is
   * called if the user gives up the model.
   */
  begin(name: string, cancel: () => void): () => void {
    if (this.isBusy()) return () => undefined;
    const opening = { cancel };
    this.#current = opening;
    this.status.begin('loading', { name, bytes: null }, true);
    return () => this.#current === opening && this.#end();
  }

  cancel(): void {
    const opening = this.#current;
    if (!opening) return;
    this.#end();
    opening.cancel();
  }

  #end(): void {
    this.#current = null;
    if (!this.isBusy()) this.status.end();
  }
}
