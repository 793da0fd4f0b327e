import { here, type Cleared } from '../../../shared/consent';
import type { ModelInfo } from '../../../shared/engine';
import { EngineError } from '../../../shared/errors';
import { orAborted } from '../../../shared/signal';
import { after } from '../../../shared/timers';
import type { EngineWorker } from '../../engineWorker';

/** A text that is read part by part. Offsets are UTF-16 units from its beginning. */
export interface LongText {
  readonly length: number;
  slice(start: number, end: number): string;
}

export interface TokenCount {
  readonly tokens: number;
  /** Whether the text was counted in one piece. */
  readonly isExact: boolean;
}

/** The engine cuts this much in about 20 ms, and answers nothing else meanwhile. UTF-16 units. */
export const pieceLength = 16_384;

/** Text that is farther away changes no token, except within a long run without a space. UTF-16 units. */
const overlap = 512;

/**
 * Counts the tokens of a text in pieces. Both ends of a piece may split tokens. So each piece begins before the end of
 * the last one, and the part that the two share is counted alone and subtracted: it has the same faults at its ends.
 */
export async function countInPieces(text: LongText, countOf: (part: string) => Promise<number>): Promise<TokenCount> {
  let tokens = 0;
  for (let end = 0; end < text.length;) {
    const [start, shared] = [Math.max(0, end - overlap), end];
    end = Math.min(text.length, end + pieceLength);
    tokens += await countOf(text.slice(start, end)).catch(noneIfEmpty);
    if (shared > 0) tokens -= await countOf(text.slice(start, shared)).catch(noneIfEmpty);
  }
  return { tokens, isExact: text.length <= pieceLength };
}

/** A part that the vocabulary cannot spell has no tokens. */
function noneIfEmpty(error: unknown): number {
  if (error instanceof EngineError && error.code === 'empty-text') return 0;
  throw error;
}

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
