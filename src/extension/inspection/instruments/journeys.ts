import { KeyedRequest, type InstrumentContext, type Sight } from './instrument';
import { pushedOf } from './pushed';

/**
 * The chosen position layer by layer, as long as that is in sight. The logit that is taken apart is that of a token
 * chosen elsewhere, else of the likeliest.
 */
export class Journeys {
  readonly #request: KeyedRequest;

  constructor(
    private readonly context: InstrumentContext,
    private readonly sight: Sight,
  ) {
    this.#request = new KeyedRequest(context);
  }

  async refresh(): Promise<void> {
    const [state, request] = [this.context.state(), this.context.request()];
    const { position, run, journey: known } = state;
    if (!request || !run || position === null || position >= run.length) {
      this.#request.forget();
      if (known) this.context.change({ journey: null });
      return;
    }
    // That of another position must not stand under this one's name.
    if (known && known.position !== position) this.context.change({ journey: null });
    const { journey, attention } = this.sight.now;
    if (!(journey || attention) || !this.context.isReady()) return this.#request.stop();
    const pushed = pushedOf(state);
    await this.#request.once(
      [request, position, pushed.output, pushed.against],
      known?.position === position,
      (signal) => this.context.engine.journey({ ...request, position, ...pushed }, { signal }),
      (journey) => this.context.change({ journey }),
    );
  }
}
