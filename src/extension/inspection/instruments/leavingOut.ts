import type { Intent } from '../../../shared/panel';
import { KeyedRequest, type InstrumentContext } from './instrument';

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
    const [{ leftOut, position, run }, request] = [this.context.state(), this.context.request()];
    if (!leftOut) return;
    const { part, by, result } = leftOut;
    if (result && result.position !== position) this.context.change({ leftOut: { part, by, result: null } });
    if (!request || !run || position === null || position >= run.length || !this.context.isReady())
      return this.#request.stop();
    await this.#request.once(
      [request, position, part, by],
      result?.position === position,
      (signal) =>
        this.context.engine.ablation(
          { ...request, position, without: { parts: [part], by }, count: listed },
          { signal },
        ),
      (found) => this.context.change({ leftOut: { part, by, result: found } }),
    );
  }
}
