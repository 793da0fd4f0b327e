import type { Token } from '../../shared/tokens';
import { indexAt } from './tokensAt';

/** Tokens whose neighbours are fetched before anyone hovers over them. */
const mostAhead = 64;

/** Milliseconds without anything that happens, before something is fetched. */
const rest = 100;

/**
 * What came of the attempt to fetch the next: it was fetched, something else is being asked, or there is nothing to
 * fetch.
 */
export type Fetched = 'one' | 'busy' | 'none';

/**
 * Fetches in the background what is likely to be asked for, one after the other. It gives way to everything: whoever
 * asks meanwhile waits for the one that is under way, and no longer. Must be disposed of.
 */
export class Prefetch {
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param fetchNext never rejects
   * @param ended hears that there is nothing left to fetch
   */
  constructor(
    private readonly fetchNext: () => Promise<Fetched>,
    private readonly ended: () => void = () => undefined,
  ) {}

  /** Something happened: begins anew once nothing more has happened for a while. */
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
 * Ids of the tokens around an offset, each once, the nearest first and of two at one distance the later: at most
 * `most`.
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
