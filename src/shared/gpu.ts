/** The part of WebGPU that we call ourselves. Declared here because the engine is compiled without DOM types. */
interface WebGpu {
  requestAdapter(options?: {
    readonly powerPreference: 'high-performance';
  }): Promise<{ readonly info: AdapterInfo } | null>;
}

interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  readonly isFallbackAdapter?: boolean;
}

/** WebGPU of a page or a worker. */
export const gpuOf = (navigator: object): WebGpu | undefined =>
  'gpu' in navigator ? (navigator.gpu as WebGpu) : undefined;

// Messages between the engine and the GPU's worker, which runs in a page.

/** Every start has its own session, so that late messages of an earlier worker are ignored. */
interface InSession {
  readonly session: string;
}

/**
 * Engine → page. The editor transports JSON values, array buffers and typed arrays in `data`. NaN and infinities need
 * typed arrays.
 */
export type GpuDown = InSession &
  ({ readonly kind: 'start' } | { readonly kind: 'data'; readonly data: unknown } | { readonly kind: 'end' });

/** Page → engine. `message` is the browser's error, for the log. */
export type GpuUp = InSession &
  (
    | { readonly kind: 'data'; readonly data: unknown }
    | { readonly kind: 'ended'; readonly why: GpuEnd; readonly message?: string }
  );

/** Longest `message`, characters. */
export const longestGpuMessage = 500;

/**
 * `no-page`: no page is open. `no-adapter`: the page has no WebGPU. `page-gone`: the page was closed. `failed`: the
 * worker did not start or broke.
 */
export type GpuEnd = 'no-page' | 'no-adapter' | 'page-gone' | 'failed';

/** A message of the GPU between the engine's process and the extension host, which also exchange calls and notes. */
export interface GpuEnvelope<M extends GpuDown | GpuUp> {
  readonly gpu: M;
}

/** The first message to the GPU's worker, which cannot fetch files in every browser. */
export interface GpuStart {
  /** Source of the runtime's script. */
  readonly mjs: string;
  readonly wasm: ArrayBuffer;
}

/** Addresses of the GPU's worker and of the ONNX Runtime, which also runs on the processor. */
export interface GpuFiles {
  /** The worker, a classic script. */
  readonly script: string;
  /** The runtime's script and its binary. */
  readonly mjs: string;
  readonly wasm: string;
}

/** Extension → page: the engine's messages, with the worker's files. */
export type GpuToPage = InSession &
  (
    | { readonly kind: 'start'; readonly files: GpuFiles }
    | { readonly kind: 'data'; readonly data: unknown }
    | { readonly kind: 'end' }
  );

/**
 * The folder of the ONNX Runtime and of the GPU's worker, from the root of the package. A page that lends its GPU may
 * fetch nothing else.
 */
export const onnxFolder = 'dist/onnx';

/** The build that knows the GPU. It is as fast on the processor as the one that does not, which is not shipped. */
export const runtimeNames = {
  mjs: 'ort-wasm-simd-threaded.asyncify.mjs',
  wasm: 'ort-wasm-simd-threaded.asyncify.wasm',
} as const;

/** `address` returns the address of a file in the folder. */
export const gpuFiles = (address: (file: string) => string): GpuFiles => ({
  script: address('gpu.js'),
  mjs: address(runtimeNames.mjs),
  wasm: address(runtimeNames.wasm),
});
