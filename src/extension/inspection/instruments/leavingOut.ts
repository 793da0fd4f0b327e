import { isCancelled } from '../../../shared/errors';
import type { Intent } from '../../../shared/panel';
import { KeyedRequest, type InstrumentContext } from './instrument';
import { pushedOf } from './pushed';

/** Likeliest tokens of each of the two predictions. */
const listed = 10;

/** One part of a layer that the text is run without, until the next inspection. */
export class LeavingOut {
  readonly #request: KeyedRequest;

  constructor(private readonly context: InstrumentContext) {
    this.#request = new KeyedRequest(context);
  }

  /** Leaves out another part; null leaves out none. */
  async leave(leave: Extract<Intent, { readonly type: 'leaveOut' }>['leave']): Promise<void> {
    if (!leave) return this.end();
    this.context.change({ leftOut: { ...leave, result: null } });
    await this.refresh();
  }

  end(): void {
    this.#request.forget();
    if (this.context.state().leftOut) this.context.change({ leftOut: null });
  }

  async refresh(): Promise<void> {
    const [state, request] = [this.context.state(), this.context.request()];
    const { leftOut, position, run } = state;
    if (!leftOut) return this.#request.forget();
    const { part, by, result } = leftOut;
    if (result && result.position !== position) this.context.change({ leftOut: { part, by, result: null } });
    if (!request || !run || position === null || position >= run.length || !this.context.isReady())
      return this.#request.stop();
    const pushed = pushedOf(state);
    await this.#request.once(
      [request, position, part, by, pushed.output, pushed.against],
      result?.position === position,
      async (signal) => {
        try {
          const without = { parts: [part], by };
          return await this.context.engine.ablation(
            { ...request, ...pushed, position, without, count: listed },
            { signal },
          );
        } catch (error) {
          // A run that fails would fail at the next position too.
          if (!isCancelled(error)) this.context.change({ leftOut: null });
          throw error;
        }
      },
      (found) => this.context.change({ leftOut: { part, by, result: found } }),
    );
  }
}
