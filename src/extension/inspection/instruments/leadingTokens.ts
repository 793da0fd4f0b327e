import type { TextRequest } from '../../../shared/tokens';
import { KeyedRequest, type InstrumentContext, type Sight } from './instrument';

/** The tokens that lead in a row of the lens at the chosen position, as long as they are in sight. */
export class LeadingTokens {
  #of: TextRequest | null = null;
  readonly #request: KeyedRequest;

  constructor(
    private readonly context: InstrumentContext,
    private readonly sight: Sight,
  ) {
    this.#request = new KeyedRequest(context);
  }

  async refresh(): Promise<void> {
    const [state, request] = [this.context.state(), this.context.request()];
    const { position, run } = state;
    const isOther = request !== this.#of || state.leaders?.position !== position;
    this.#of = request;
    // Those of another text or position must not stand under this one's name.
    if (state.leaders && isOther) this.context.change({ leaders: null });
    if (!request || !run || position === null || position >= run.length) {
      this.#request.forget();
      return;
    }
    const { leaders: inSight } = this.sight.now;
    if (!inSight || !this.context.isReady()) return this.#request.stop();
    const { between } = inSight;
    await this.#request.once(
      [request, position, between],
      !isOther,
      (signal) => this.context.engine.leaders({ ...request, position, between }, { signal }),
      (leaders) => this.context.change({ leaders }),
    );
  }
}
