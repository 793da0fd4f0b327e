import type { GpuDown, GpuUp } from '../../shared/gpu';
import { ownBuffers } from './ownBuffers';

/** The panel's page, which may have a GPU where the engine has none. */
export interface LendingPage {
  /** Whether it is drawn and listens. */
  readonly isThere: boolean;
  post(message: GpuDown): void;
}

type Answer = (message: GpuUp) => void;

/** Hands messages on between the engine's process and the GPU's worker in the panel's page. It keeps none: each side waits for the other's answer. */
export class GpuRelay {
  /** To the engine that uses the page's GPU now. */
  #answer: Answer | null = null;

  constructor(private readonly page: LendingPage) {}

  fromEngine(message: GpuDown, answer: Answer): void {
    switch (message.kind) {
      case 'start':
        if (!this.page.isThere) return answer({ kind: 'ended', why: 'no-page' });
        this.#answer = answer;
        return this.page.post(message);
      case 'data':
        if (this.#answer) this.page.post({ kind: 'data', data: ownBuffers(message.data) });
        return;
      case 'end':
        return this.engineEnded();
    }
  }

  fromPage(message: GpuUp): void {
    const answer = this.#answer;
    if (message.kind === 'ended') this.#answer = null;
    answer?.(message);
  }

  /** The page was thrown away, and the worker with it. */
  pageGone(): void {
    this.fromPage({ kind: 'ended', why: 'page-gone' });
  }

  /** The engine needs the GPU no more, or has ended itself. */
  engineEnded(): void {
    if (this.#answer && this.page.isThere) this.page.post({ kind: 'end' });
    this.#answer = null;
  }
}
