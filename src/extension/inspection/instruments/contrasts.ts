import type { Contrasts } from '../../../shared/contrasts';
import type { TextRequest } from '../../../shared/tokens';
import { KeyedRequest, type InstrumentContext } from './instrument';

/**
 * Where distance, angle and dot product disagree in the inspected text. Asked for once after every run, and kept as
 * long as the run's request is: an earlier inspection comes back without a question.
 */
export class ContrastsRequest {
  readonly #request: KeyedRequest;
  readonly #known = new WeakMap<TextRequest, Contrasts>();

  constructor(private readonly context: InstrumentContext) {
    this.#request = new KeyedRequest(context);
  }

  async refresh(): Promise<void> {
    const { run, contrasts: shown } = this.context.state();
    const request = run && !run.listed ? this.context.request() : null;
    const known = (request && this.#known.get(request)) ?? null;
    if (known !== shown) this.context.change({ contrasts: known });
    const of = this.context.ofRun();
    if (known || !request || !of || !this.context.isReady()) return this.#request.stop();
    await this.#request.once(
      [request],
      false,
      async (signal) => {
        const contrasts = await this.context.engine.contrasts(of, { signal });
        // Before they are shown, so that the example and all that is shown of a position never disagree.
        await this.context.chooseExample(contrasts);
        return contrasts;
      },
      (contrasts) => {
        this.#known.set(request, contrasts);
        this.context.change({ contrasts });
      },
    );
  }
}
