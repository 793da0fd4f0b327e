import type { Ablation } from '../../../shared/ablation';
import { isCancelled } from '../../../shared/errors';
import type { Intent } from '../../../shared/intents';
import { atPosition, Instrument, pushedOf, type InstrumentContext, type Sight } from './instrument';

/** Likeliest tokens of each of the two predictions. */
const listed = 10;

/** One part of a layer that the text is run without, until the next inspection. */
export class Ablations {
  readonly #result: Instrument<Ablation>;

  constructor(
    private readonly context: InstrumentContext,
    sight: Sight,
  ) {
    this.#result = new Instrument<Ablation>(context, sight, {
      isWanted: () => true,
      shown: ({ ablation }) => ablation?.result ?? null,
      show: (result) => {
        const { ablation } = context.state();
        if (ablation) context.change({ ablation: { ...ablation, result } });
      },
      asked: atPosition((state) => {
        const { ablation, position } = state;
        if (!ablation) return null;
        const { part, by } = ablation;
        const pushed = pushedOf(state);
        return {
          key: [part, by, pushed.output, pushed.against],
          async ask(of, signal) {
            try {
              const question = { ...pushed, position, ablated: { parts: [part], by }, count: listed };
              return await context.engine.ablation({ ...of, ...question }, { signal });
            } catch (error) {
              // A run that fails would fail at the next position too.
              if (!isCancelled(error)) context.change({ ablation: null });
              throw error;
            }
          },
        };
      }),
    });
  }

  /** Leaves out another part; null leaves out none. */
  async begin(ablation: Intent<'ablate'>['ablation']): Promise<void> {
    if (!ablation) return this.end();
    this.context.change({ ablation: { ...ablation, result: null } });
    await this.refresh();
  }

  end(): void {
    this.#result.forget();
    if (this.context.state().ablation) this.context.change({ ablation: null });
  }

  refresh(): Promise<void> {
    return this.#result.refresh();
  }
}
