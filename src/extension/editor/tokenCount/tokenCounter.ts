import { here, type Cleared } from '../../../shared/consent';
import type { ModelInfo } from '../../../shared/engine';
import { orAborted } from '../../../shared/orAborted';
import { after } from '../../../shared/timers';
import type { EngineWorker } from '../../engineWorker';
import { countInPieces, type LongText, type TokenCount } from './countInPieces';

export interface WantedCount {
  readonly uri: string;
  /** Other texts have other keys. */
  readonly key: string;
  /** Whether it is the selection, and not the whole document. */
  readonly isSelection: boolean;
  readonly model: ModelInfo;
  /** Whether the text of control tokens is read as plain text. */
  readonly plain: boolean;
  text(): LongText;
}

export interface Counted {
  readonly wanted: WantedCount;
  /** null until it is counted, and for a model on a server, which does not get the text. */
  readonly ofModel: TokenCount | null;
  /** The token that the model reads before every text, which is not counted; null if there is none. */
  readonly first: string | null;
  /** null until it is counted. */
  readonly ofOther: TokenCount | null;
}

export const otherEncoding = 'o200k_base';

/** How long nothing must happen before a text is counted. Milliseconds. */
export const rest = 300;

/** The same for the other encoding, whose first use holds up the engine for half a second. Milliseconds. */
export const longRest = 1500;

/** Counts the tokens of a text while the engine rests. The newest text wins. Must be disposed of. */
export class TokenCounter {
  #wanted: WantedCount | null = null;
  #stopClock = (): void => undefined;
  #controller = new AbortController();

  /** `show` is called with every result, and with `null` if there is nothing to count. */
  constructor(
    private readonly worker: Pick<EngineWorker, 'aside' | 'busy' | 'idle'>,
    private readonly show: (counted: Counted | null) => void,
  ) {}

  /** Call on every event that may change the text or the model. The same text is not counted again. */
  want(wanted: WantedCount | null): void {
    const before = this.#wanted;
    if (wanted?.key === before?.key && wanted?.model === before?.model) return;
    this.dispose();
    this.#controller = new AbortController();
    this.#wanted = wanted;
    if (!wanted) return this.show(null);
    const uncounted = { wanted, ofModel: null, first: null, ofOther: null };
    // The former number stays while the same document is edited or selected.
    if (wanted.uri !== before?.uri || wanted.model !== before.model) this.show(uncounted);
    void this.#count(uncounted, this.#controller.signal);
  }

  dispose(): void {
    this.#stopClock();
    this.#controller.abort();
  }

  /** Never rejects. */
  async #count(uncounted: Counted, signal: AbortSignal): Promise<void> {
    const { wanted } = uncounted;
    let counted = uncounted;
    const add = (more: Partial<Counted>) => {
      counted = { ...counted, ...more };
      if (!signal.aborted) this.show(counted);
    };
    try {
      await this.#rested(rest, signal);
      const cleared = here(wanted.model);
      if (cleared) add(await this.#ofModel({ ...wanted, ...cleared }, signal));
      await this.#rested(longRest, signal);
      add({ ofOther: await this.#ofOther(wanted, signal) });
    } catch {
      // A failure of the engine is told to whoever asked for something.
      if (!signal.aborted && !counted.ofModel) this.show(null);
    }
  }

  /** Resolves after a time at whose end the engine has nothing to do. */
  #rested(milliseconds: number, signal: AbortSignal): Promise<void> {
    const rested = new Promise<void>((resolve) => {
      const wait = () => {
        this.#stopClock = after(milliseconds, () => (this.worker.busy ? wait() : resolve()));
      };
      if (!signal.aborted) wait();
    });
    return orAborted(rested, signal);
  }

  async #ofModel({ text, plain, clearance }: Cleared<WantedCount>, signal: AbortSignal): Promise<Partial<Counted>> {
    let first: string | null = null;
    const ofModel = await countInPieces(text(), async (part) => {
      await this.worker.idle(signal);
      const request = { text: part, plain, clearance, most: 1 };
      const { total, tokens } = await this.worker.aside.tokenise(request, { signal });
      const added = tokens.find(({ special, end }) => special && end === 0);
      first = added?.text ?? null;
      return total - (added ? 1 : 0);
    });
    return { ofModel, first };
  }

  #ofOther({ text }: WantedCount, signal: AbortSignal): Promise<TokenCount> {
    return countInPieces(text(), async (part) => {
      await this.worker.idle(signal);
      const request = { encoding: otherEncoding, text: part, most: 0 } as const;
      return (await this.worker.aside.encode(request, { signal })).count;
    });
  }
}
