import type { GpuDown, GpuUp } from '../../shared/gpu';
import { ownBuffers } from './ownBuffers';

/** The panel's page, which may have a GPU where the engine has none. */
export interface LendingPage {
  /** Whether it is drawn and listens. */
  readonly isThere: boolean;
  post(message: GpuDown): void;
}

type Answer = (message: GpuUp) => void;

/**
 * Hands messages on between the engine's process and the GPU's worker in the panel's page. It keeps none: each side
 * waits for the other's answer.
 */
export class GpuRelay {
  /** To the engine that uses the page's GPU now. */
  #engine: { readonly session: string; readonly answer: Answer } | null = null;

  constructor(private readonly page: LendingPage) {}

  fromEngine(message: GpuDown, answer: Answer): void {
    const { session } = message;
    switch (message.kind) {
      case 'start':
        if (!this.page.isThere) return answer({ session, kind: 'ended', why: 'no-page' });
        this.#engine = { session, answer };
        return this.page.post(message);
      case 'data':
        if (this.#engine?.session === session)
          this.page.post({ session, kind: 'data', data: ownBuffers(message.data) });
        return;
      case 'end':
        if (this.#engine?.session === session) this.engineEnded();
    }
  }

  fromPage(message: GpuUp): void {
    if (this.#engine?.session !== message.session) return;
    const { answer } = this.#engine;
    if (message.kind === 'ended') this.#engine = null;
    answer(message);
  }

  /** The page was thrown away, and the worker with it. */
  pageGone(): void {
    if (this.#engine) this.fromPage({ session: this.#engine.session, kind: 'ended', why: 'page-gone' });
  }

  /** The engine needs the GPU no more, or has ended itself. */
  engineEnded(): void {
    if (this.#engine && this.page.isThere) this.page.post({ session: this.#engine.session, kind: 'end' });
    this.#engine = null;
  }
}
