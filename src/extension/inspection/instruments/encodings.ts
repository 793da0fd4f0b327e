import type { EncodingName } from '../../../shared/engine';
import type { PanelState } from '../../../shared/panel';
import { mostDrawn } from '../views';
import type { DocumentContext } from './wholeDocument';

type Encoded = PanelState['encoded'];

/** How other encodings cut the text: each is asked for once a text. */
export class CountedEncodings {
  #encoded: Encoded = {};
  #controller = new AbortController();

  constructor(
    private readonly context: Pick<DocumentContext, 'engine' | 'change'> & { report(error: unknown): void },
  ) {}

  async ask(encoding: EncodingName, text: string): Promise<void> {
    if (this.#encoded[encoding] !== undefined) return;
    const { signal } = this.#controller;
    this.#set({ ...this.#encoded, [encoding]: 'loading' });
    try {
      const { tokens, ...encoded } = await this.context.engine.encode({ encoding, text, most: mostDrawn }, { signal });
      if (!signal.aborted)
        this.#set({ ...this.#encoded, [encoding]: { ...encoded, tokens: tokens.slice(0, mostDrawn) } });
    } catch (error) {
      if (signal.aborted) return;
      const { [encoding]: _failed, ...others } = this.#encoded;
      this.#set(others);
      this.context.report(error);
    }
  }

  /** For another text. */
  clear(): void {
    this.#controller.abort();
    this.#controller = new AbortController();
    if (Object.keys(this.#encoded).length > 0) this.#set({});
  }

  #set(encoded: Encoded): void {
    this.#encoded = encoded;
    this.context.change({ encoded });
  }
}
