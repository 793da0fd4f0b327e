import { Asked } from './asked';
import type { Bench, Sight } from './bench';

/**
 * The chosen position layer by layer, as long as that is in sight. The logit that is taken apart is that of a token
 * chosen elsewhere, else of the likeliest.
 */
export class Journeys {
  readonly #asked: Asked;

  constructor(
    private readonly bench: Bench,
    private readonly sight: Sight,
  ) {
    this.#asked = new Asked(bench);
  }

  async refresh(): Promise<void> {
    const [state, request] = [this.bench.state(), this.bench.request()];
    const { position, run, text, token, journey: known } = state;
    if (!request || !run || position === null || position >= run.length) {
      this.#asked.forget();
      if (known) this.bench.change({ journey: null });
      return;
    }
    // That of another position must not stand under this one's name.
    if (known && known.position !== position) this.bench.change({ journey: null });
    if (!this.sight.now.journey || !this.bench.isReady()) return this.#asked.stop();
    const own = text?.tokens[position]?.id;
    const output = token && token.token.id !== own ? token.token.id : undefined;
    await this.#asked.once(
      [request, position, output],
      known?.position === position,
      (signal) =>
        this.bench.engine.journey({ ...request, position, ...(output !== undefined && { output }) }, { signal }),
      (journey) => this.bench.change({ journey }),
    );
  }
}
