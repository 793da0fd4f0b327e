import type { BothView } from '../../../shared/instruments';
import type { PanelState } from '../../../shared/panel';
import { KeyedRequest, type InstrumentContext } from './instrument';

export type PartName = 'text' | 'position' | 'rows' | 'neighbours';
export type AnswerOf<N extends PartName> = NonNullable<BothView[N]>;

/** A question about both models. */
export interface Asked<T> {
  /** Everything that the answer depends on. */
  readonly key: readonly unknown[];
  readonly isWanted: unknown;
  /** An answer from before, which is shown without asking. */
  readonly known?: T | null;
  /** Whether an answer to another question may be shown until this one is answered. */
  stays?(shown: T): boolean;
  ask(signal: AbortSignal): Promise<T>;
}

/** One part of what is known of both models, asked for anew whenever what it depends on changes. */
export class Part<N extends PartName> {
  readonly #request: KeyedRequest;

  constructor(
    private readonly name: N,
    private readonly context: InstrumentContext,
    private readonly mayAsk: () => boolean,
    private readonly asked: (state: PanelState) => Asked<AnswerOf<N>> | null,
    private readonly show: (value: AnswerOf<N> | null) => void,
  ) {
    this.#request = new KeyedRequest(context);
  }

  async refresh(): Promise<void> {
    const { context, name } = this;
    const state = context.state();
    const asked = this.asked(state);
    const shown = state.both[name] as AnswerOf<N> | null;
    const known = asked?.known ?? null;
    const isThere = shown !== null && asked !== null && (shown === known || this.#request.isFor(asked.key));
    if (known ? shown !== known : shown && !isThere && !asked?.stays?.(shown)) this.show(known);
    if (!asked) return this.#request.forget();
    if (known || !asked.isWanted || !this.mayAsk()) return this.#request.stop();
    await this.#request.once(asked.key, isThere, (signal) => asked.ask(signal), this.show);
  }
}
