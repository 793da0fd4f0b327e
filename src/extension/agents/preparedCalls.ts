import type { Tool } from '../../tools/tool';

/** A call that the user refuses is never invoked, so the oldest are forgotten. */
const mostCalls = 100;

/**
 * Which model the user agreed to before a call. The editor prepares a call and invokes it later. It gives calls no
 * names, so a call is known by its tool and arguments.
 */
export class PreparedCalls {
  /** By call, for each time that it was prepared and not invoked since: the model’s key, null if nobody was asked. */
  readonly #waiting = new Map<string, readonly (string | null)[]>();

  prepared(tool: Tool, input: unknown, model: string | null): void {
    const call = keyOf(tool, input);
    const before = this.#waiting.get(call) ?? [];
    this.#waiting.delete(call);
    this.#waiting.set(call, [...before, model]);
    for (const oldest of this.#waiting.keys()) {
      if (this.#waiting.size <= mostCalls) break;
      this.#waiting.delete(oldest);
    }
  }

  /**
   * The key of the model that the user agreed to; null if nobody was asked. It is null too if equal calls wait for
   * different models, because nobody can say which of them this one is.
   */
  invoked(tool: Tool, input: unknown): string | null {
    const call = keyOf(tool, input);
    const [model = null, ...others] = this.#waiting.get(call) ?? [];
    const isClear = others.every((other) => other === model);
    if (isClear && others.length > 0) this.#waiting.set(call, others);
    else this.#waiting.delete(call);
    return isClear ? model : null;
  }
}

const keyOf = ({ name }: Tool, input: unknown): string => JSON.stringify([name, input ?? null]);
