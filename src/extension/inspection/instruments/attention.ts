import type { Head } from '../../../shared/attention';
import { headSources, noAttention, patternRows, type AttentionView } from '../../../shared/instruments';
import { KeyedRequest, type InstrumentContext, type Sight } from './instrument';
import { pushedOf } from './pushed';

/** The heads of the chosen position, and the open one, as long as they are in sight. */
export class Attention {
  readonly #grid: KeyedRequest;
  readonly #view: KeyedRequest;
  readonly #pattern: KeyedRequest;

  constructor(
    private readonly context: InstrumentContext,
    private readonly sight: Sight,
  ) {
    this.#grid = new KeyedRequest(context);
    this.#view = new KeyedRequest(context);
    this.#pattern = new KeyedRequest(context);
  }

  /** Opens a head; null closes it. */
  async open(head: Head | null): Promise<void> {
    this.#change({ open: head, view: null, pattern: null });
    await this.refresh();
  }

  /** The numbers come from another model. */
  reset(): void {
    for (const request of [this.#grid, this.#view, this.#pattern]) request.forget();
    this.context.change({ attention: noAttention });
  }

  async refresh(): Promise<void> {
    const [state, request] = [this.context.state(), this.context.request()];
    const { position, run, attention: known } = state;
    if (!request || !run || position === null || position >= run.length) {
      for (const one of [this.#grid, this.#view, this.#pattern]) one.forget();
      if (known.grid || known.view || known.pattern)
        this.context.change({ attention: { ...noAttention, open: known.open } });
      return;
    }
    // What belongs to another position or text must not stand under this one's name.
    if (known.grid && known.grid.position !== position) this.#change({ grid: null });
    if (known.view && known.view.position !== position) this.#change({ view: null });
    if (known.pattern && known.pattern.positions !== run.length) this.#change({ pattern: null });
    const { attention: inSight, pattern: isPatternInSight } = this.sight.now;
    const isReady = this.context.isReady();
    // The text may be coloured by the open head while the section is out of sight.
    const wanted = {
      grid: isReady && inSight,
      view: isReady && (inSight || state.options.colouring === 'attention'),
      pattern: isReady && inSight && isPatternInSight,
    };
    if (!wanted.grid) this.#grid.stop();
    if (!wanted.view) this.#view.stop();
    if (!wanted.pattern) this.#pattern.stop();
    const { engine } = this.context;
    const pushed = pushedOf(state);
    const { output, against } = pushed;
    const at = { ...request, ...pushed, position };
    const now = () => this.context.state().attention;
    const { open } = known;
    await Promise.all([
      wanted.grid &&
        this.#grid.once(
          [request, position, output, against],
          now().grid !== null,
          (signal) => engine.headGrid(at, { signal }),
          (grid) => this.#change({ grid }),
        ),
      open &&
        wanted.view &&
        this.#view.once(
          [request, position, output, against, open.layer, open.head],
          now().view !== null,
          (signal) => engine.headView({ ...at, ...open, count: headSources }, { signal }),
          (view) => this.#change({ view }),
        ),
      open &&
        wanted.pattern &&
        this.#pattern.once(
          [request, open.layer, open.head],
          now().pattern !== null,
          (signal) => engine.pattern({ ...request, ...open, most: patternRows }, { signal }),
          (pattern) => this.#change({ pattern }),
        ),
    ]);
  }

  #change(change: Partial<AttentionView>): void {
    this.context.change({ attention: { ...this.context.state().attention, ...change } });
  }
}
