import type { Ablation } from '../../../shared/ablation';
import { isCancelled } from '../../../shared/errors';
import type { Intent } from '../../../shared/intents';
import { Instrument, type InstrumentContext, type Sight } from './instrument';
import { pushedOf } from './pushed';

/** Likeliest tokens of each of the two predictions. */
const listed = 10;

/** One part of a layer that the text is run without, until the next inspection. */
export class LeavingOut {
  readonly #result: Instrument<Ablation>;

  constructor(
    private readonly context: InstrumentContext,
    sight: Sight,
  ) {
    this.#result = new Instrument<Ablation>(context, sight, {
      isWanted: () => true,
      shown: ({ leftOut }) => leftOut?.result ?? null,
      show: (result) => {
        const { leftOut } = context.state();
        if (leftOut) context.change({ leftOut: { ...leftOut, result } });
      },
      asked(state) {
        const { leftOut, position } = state;
        if (!leftOut) return null;
        const { part, by } = leftOut;
        const pushed = pushedOf(state);
        return {
          key: [position, part, by, pushed.output, pushed.against],
          fits: (result) => result.position === position,
          async ask(of, signal) {
            try {
              const question = { ...pushed, position, without: { parts: [part], by }, count: listed };
              return await context.engine.ablation({ ...of, ...question }, { signal });
            } catch (error) {
              // A run that fails would fail at the next position too.
              if (!isCancelled(error)) context.change({ leftOut: null });
              throw error;
            }
          },
        };
      },
    });
  }

  /** Leaves out another part; null leaves out none. */
  async leave(leave: Intent<'leaveOut'>['leave']): Promise<void> {
    if (!leave) return this.end();
    this.context.change({ leftOut: { ...leave, result: null } });
    await this.refresh();
  }

  end(): void {
    this.#result.forget();
    if (this.context.state().leftOut) this.context.change({ leftOut: null });
  }

  refresh(): Promise<void> {
    return this.#result.refresh();
  }
}
