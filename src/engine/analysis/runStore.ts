import { badRequest } from '../../shared/errors';
import type { RunHandle } from '../../shared/tokens';
import type { CutText } from './tokenise';

/** Runs that can be named at a time; one is its ids alone. */
const most = 64;

/** The texts of the last runs by their handles. Measurements are kept elsewhere, or made again. */
export class RunStore {
  readonly #texts = new Map<RunHandle, CutText>();
  /** No other process, and no other load of a model, gives the same handle. */
  readonly #name = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  #count = 0;

  add(text: CutText): RunHandle {
    const handle = `${this.#name}-${this.#count++}`;
    this.#texts.set(handle, text);
    if (this.#texts.size > most) this.#texts.delete(this.#texts.keys().next().value as RunHandle);
    return handle;
  }

  /** Throws `EngineError('bad-request')`. */
  text(handle: RunHandle): CutText {
    const text = this.#texts.get(handle);
    if (text) return text;
    throw badRequest`The engine no longer has this run. Give its text instead.`;
  }
}
