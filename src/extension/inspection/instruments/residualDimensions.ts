import type { TextRequest } from '../../../shared/tokens';
import { KeyedRequest, type InstrumentContext, type Sight } from './instrument';

/** Dimensions that are listed. */
const count = 5;

/** The dimensions that carry most of the residual that is chosen in the size map, as long as they are in sight. */
export class ResidualDimensions {
  #of: TextRequest | null = null;
  readonly #request: KeyedRequest;

  constructor(
    private readonly context: InstrumentContext,
    private readonly sight: Sight,
  ) {
    this.#request = new KeyedRequest(context);
  }

  async refresh(): Promise<void> {
    const [{ run, dimensions: known }, request] = [this.context.state(), this.context.request()];
    const asked = this.sight.now.dimensions ?? null;
    const isThere =
      request === this.#of && known !== null && known.position === asked?.position && known.layer === asked.layer;
    this.#of = request;
    // Those of another residual must not stand under this one's name.
    if (known && !isThere) this.context.change({ dimensions: null });
    if (!request || !run || !asked || asked.position >= run.length) {
      this.#request.forget();
      return;
    }
    const { position, layer } = asked;
    if (!this.context.isReady()) return this.#request.stop();
    await this.#request.once(
      [request, position, layer],
      isThere,
      (signal) => this.context.engine.dimensions({ ...request, position, layer, count }, { signal }),
      (dimensions) => this.context.change({ dimensions }),
    );
  }
}
