/**
 * The GPU's worker lives in a page: the engine reaches it through a port of its own, over which these messages go,
 * whoever hands them on.
 */

/**
 * Every start has a name of its own, so that what is still on its way from a worker before is not taken for that of the
 * next one.
 */
interface OnWay {
  readonly way: string;
}

/**
 * Engine → page. `data` crosses as the editor lets it: JSON's values, array buffers and typed arrays; numbers that JSON
 * has not, such as NaN, arrive in typed arrays alone.
 */
export type GpuDown = OnWay &
  ({ readonly kind: 'start' } | { readonly kind: 'data'; readonly data: unknown } | { readonly kind: 'end' });

/** Page → engine. `message` is what the browser said of a failure, for the log. */
export type GpuUp = OnWay &
  (
    | { readonly kind: 'data'; readonly data: unknown }
    | { readonly kind: 'ended'; readonly why: GpuEnd; readonly message?: string }
  );

/** UTF-16 units of such a message. */
export const longestGpuMessage = 500;

/**
 * `no-page`: nobody could start it. `no-adapter`: its page has no WebGPU. `page-gone`: its page was closed. `failed`:
 * it could not be started, or broke.
 */
export type GpuEnd = 'no-page' | 'no-adapter' | 'page-gone' | 'failed';

/** How they cross between the engine's process and the extension host, beside calls and notes. */
export interface GpuEnvelope<M extends GpuDown | GpuUp> {
  readonly gpu: M;
}

/** The first message to the GPU's worker: it can fetch nothing by itself everywhere. */
export interface GpuStart {
  /** The runtime's script, as text. */
  readonly mjs: string;
  readonly wasm: ArrayBuffer;
}

/** Addresses that the page may fetch. */
export interface GpuFiles {
  /** The worker, a classic script. */
  readonly script: string;
  readonly mjs: string;
  readonly wasm: string;
}

/** What the page is told: where the worker's files are, besides. */
export type GpuToPage = OnWay &
  (
    | { readonly kind: 'start'; readonly files: GpuFiles }
    | { readonly kind: 'data'; readonly data: unknown }
    | { readonly kind: 'end' }
  );
