import { KeyedRequest, type InstrumentContext } from './instrument';

/** Where distance, angle and dot product disagree in the inspected text, asked for once after every run. */
export class ContrastsRequest {
  readonly #request: KeyedRequest;

  constructor(private readonly context: InstrumentContext) {
    this.#request = new KeyedRequest(context);
  }

  async refresh(): Promise<void> {
    const { run, contrasts: known } = this.context.state();
    const request = this.context.request();
    if (!request || !run) {
      this.#request.forget();
      if (known) this.context.change({ contrasts: null });
      return;
    }
    if (!this.context.isReady()) return this.#request.stop();
    await this.#request.once(
      [request],
      known !== null,
      (signal) => this.context.engine.contrasts(request, { signal }),
      (contrasts) => this.context.change({ contrasts }),
    );
  }

  /** Another text is shown: what was found in the one before is not about it. */
  textChanged(): void {
    this.#request.forget();
    if (this.context.state().contrasts) this.context.change({ contrasts: null });
  }
}
