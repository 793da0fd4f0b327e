import type { GpuDown, GpuUp } from '../../shared/gpu';

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

type TypedArray =
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/**
 * The same message with every typed array on a buffer of its own length. Arrays from another process are views
 * on a larger buffer, and the editor would send all of that buffer to the page with each view.
 */
export function ownBuffers(value: unknown): unknown {
  if (ArrayBuffer.isView(value))
    return value instanceof DataView || value.byteLength === value.buffer.byteLength
      ? value
      : copied(value as TypedArray);
  if (Array.isArray(value)) return value.map(ownBuffers);
  if (typeof value !== 'object' || value === null || value instanceof ArrayBuffer) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, ownBuffers(inner)]));
}

/** Node's own kind of bytes becomes the plain one: its slices would be views again. */
const copied = (view: TypedArray): TypedArray => (view instanceof Uint8Array ? new Uint8Array(view) : view.slice());
