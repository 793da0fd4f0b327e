import type { Token } from '../../shared/tokens';
import { indexAt } from './tokensAt';

/** The most tokens whose neighbours are fetched before the user hovers over them. */
const mostAhead = 64;

/** Fetching starts after a pause without events. Milliseconds. */
const rest = 100;

/** The outcome of a fetch: one was fetched, the engine is busy, or nothing is left to fetch. */
export type Fetched = 'one' | 'busy' | 'none';

/**
 * Fetches likely requests in the background, one after the other. Every other request takes precedence: it waits for at
 * most the one fetch that is under way. Must be disposed of.
 */
export class Prefetch {
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param fetchNext never rejects
   * @param ended called when nothing is left to fetch
   */
  constructor(
    private readonly fetchNext: () => Promise<Fetched>,
    private readonly ended: () => void = () => undefined,
  ) {}

  /** Call on every event: fetching starts again after the next pause. */
  later(): void {
    this.#in(rest);
  }

  /** Fetches nothing more until `later` is called. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  dispose(): void {
    this.stop();
  }

  #in(milliseconds: number): void {
    this.stop();
    this.#timer = setTimeout(() => void this.#fetch(), milliseconds);
  }

  async #fetch(): Promise<void> {
    const own = this.#timer;
    const fetched = await this.fetchNext();
    if (this.#timer !== own) return;
    if (fetched === 'none') this.ended();
    else this.#in(fetched === 'busy' ? rest : 0);
  }
}

/**
 * The ids of at most `most` tokens around an offset, each once, the nearest first. Of two tokens at the same distance
 * the later comes first.
 */
export function idsNear(
  tokens: readonly Pick<Token, 'id' | 'start'>[],
  offset: number,
  most = mostAhead,
): readonly number[] {
  const at = indexAt(tokens, offset);
  const ids = new Set<number>();
  for (let away = 0; away < tokens.length; away++) {
    for (const token of [tokens[at + away], tokens[at - away]]) {
      if (ids.size === most) return [...ids];
      if (token) ids.add(token.id);
    }
  }
  return [...ids];
}
