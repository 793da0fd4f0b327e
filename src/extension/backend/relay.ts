import type { GpuDown, GpuUp } from '../../shared/gpu';
import { ownBuffers } from './ownBuffers';

type Answer = (message: GpuUp) => void;

/**
 * Hands messages on between the engine's process and the GPU's worker in the panel's page. It keeps none: each side
 * waits for the other's answer.
 */
export class GpuRelay {
  /** To the engine that uses the page's GPU now. */
  #engine: { readonly way: string; readonly answer: Answer } | null = null;

  /** Posts to the panel's page while it is drawn. It may have a GPU even if the engine has none. */
  #page: ((message: GpuDown) => void) | null = null;

  get pageIsThere(): boolean {
    return this.#page !== null;
  }

  fromEngine(message: GpuDown, answer: Answer): void {
    const { way } = message;
    switch (message.kind) {
      case 'start':
        if (!this.#page) return answer({ way, kind: 'ended', why: 'no-page' });
        this.#engine = { way, answer };
        return this.#page(message);
      case 'data':
        if (this.#engine?.way === way) this.#page?.({ way, kind: 'data', data: ownBuffers(message.data) });
        return;
      case 'end':
        if (this.#engine?.way === way) this.engineEnded();
    }
  }

  fromPage(message: GpuUp): void {
    if (this.#engine?.way !== message.way) return;
    const { answer } = this.#engine;
    if (message.kind === 'ended') this.#engine = null;
    answer(message);
  }

  /** The page is drawn and takes messages. */
  pageCame(post: (message: GpuDown) => void): void {
    this.#page = post;
  }

  /** The page was thrown away, and the worker with it. */
  pageGone(): void {
    this.#page = null;
    if (this.#engine) this.fromPage({ way: this.#engine.way, kind: 'ended', why: 'page-gone' });
  }

  /** The engine needs the GPU no more, or has ended itself. */
  engineEnded(): void {
    if (this.#engine) this.#page?.({ way: this.#engine.way, kind: 'end' });
    this.#engine = null;
  }
}
