import type { GpuDown, GpuUp } from '../../shared/gpu';

type Answer = (message: GpuUp) => void;

/**
 * Hands messages on between the engine's process and the GPU's worker in the panel's page. It keeps none: each side
 * waits for the other's answer.
 */
export class GpuRelay {
  /** To the engine that uses the page's GPU now. */
  #engine: { readonly session: string; readonly answer: Answer } | null = null;

  /** Posts to the panel's page while it is drawn. It may have a GPU even if the engine has none. */
  #page: ((message: GpuDown) => void) | null = null;

  get pageIsThere(): boolean {
    return this.#page !== null;
  }

  fromEngine(message: GpuDown, answer: Answer): void {
    const { session } = message;
    switch (message.kind) {
      case 'start':
        if (!this.#page) return answer({ session, kind: 'ended', why: 'no-page' });
        this.#engine = { session, answer };
        return this.#page(message);
      case 'data':
        if (this.#engine?.session === session) this.#page?.({ session, kind: 'data', data: ownBuffers(message.data) });
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

  /** The page is drawn and takes messages. */
  pageCame(post: (message: GpuDown) => void): void {
    this.#page = post;
  }

  /** The page was thrown away, and the worker with it. */
  pageGone(): void {
    this.#page = null;
    if (this.#engine) this.fromPage({ session: this.#engine.session, kind: 'ended', why: 'page-gone' });
  }

  /** The engine needs the GPU no more, or has ended itself. */
  engineEnded(): void {
    if (this.#engine) this.#page?.({ session: this.#engine.session, kind: 'end' });
    this.#engine = null;
  }
}

/**
 * The same message with every typed array on a buffer of its own length. Arrays from another process are views
 * on a larger buffer, and the editor would send all of that buffer to the page with each view.
 */
export function ownBuffers(value: unknown): unknown {
  if (ArrayBuffer.isView(value))
    return value instanceof DataView || value.byteLength === value.buffer.byteLength
      ? value
      : copied(value as NodeJS.TypedArray);
  if (Array.isArray(value)) return value.map(ownBuffers);
  if (typeof value !== 'object' || value === null || value instanceof ArrayBuffer) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, ownBuffers(inner)]));
}

/** Node's own kind of bytes becomes the plain one: its slices would be views again. */
const copied = (view: NodeJS.TypedArray): NodeJS.TypedArray =>
  view instanceof Uint8Array ? new Uint8Array(view) : view.slice();
