/**
 * What the layers can run on: our own kernels in WebAssembly, a GPU, or the ONNX runtime's WebAssembly build as a
 * second opinion.
 */
export type Backend = 'wasm' | 'webgpu' | 'onnx';

/** What a person may ask for: `auto` takes the GPU where it agrees and is faster. */
export const backendChoices = ['auto', 'wasm', 'webgpu', 'onnx'] as const;
export type BackendChoice = (typeof backendChoices)[number];

export interface BackendRequest {
  readonly choice: BackendChoice;
  /**
   * What a measurement with this model on this machine gave before; the layers are not measured again then. The probe
   * is run every time.
   */
  readonly known?: 'faster' | 'slower';
}

/** What the layers run on, and why. */
export interface BackendState {
  readonly backend: Backend;
  readonly reason: BackendReason;
  /** The GPU as the browser names it: `nvidia hopper`; null where it was not asked or names none. */
  readonly adapter: string | null;
  /** How the two agreed on the probe text; null where they were not compared. */
  readonly agreement: BackendAgreement | null;
  /** Milliseconds that the layers took for the same text; null where that was not measured. */
  readonly times: { readonly wasm: number; readonly webgpu: number } | null;
}

export interface BackendAgreement {
  /**
   * The least cosine between the two residuals of a position, over all positions and layers; NaN if a residual holds
   * NaN or infinity.
   */
  readonly cosine: number;
  /** The layer after which it was found, from 0. */
  readonly layer: number;
  /**
   * The longest difference between the two residuals of a position, as a share of its length, over all positions and
   * layers.
   */
  readonly deviation: number;
  /** The same token is the likeliest after each of the first 64 positions. */
  readonly sameTop: boolean;
}

export type BackendReason =
  /** It is what was asked for, or on `auto` the faster one. */
  | { readonly kind: 'chosen' }
  /** The browser has no WebGPU, or gives no adapter. */
  | { readonly kind: 'no-adapter' }
  /** The adapter is a program on the processor; `auto` does not try it. */
  | { readonly kind: 'software' }
  /** The extension host has no GPU, and no panel is open whose page could lend it. */
  | { readonly kind: 'no-page' }
  /** The panel was closed or hidden while its page lent the GPU. */
  | { readonly kind: 'page-gone' }
  /** The probe: see `agreement`. */
  | { readonly kind: 'disagrees' }
  /** See `times`; null there where it is known from before. */
  | { readonly kind: 'slower' }
  /** The device was lost while it was in use. */
  | { readonly kind: 'lost' }
  /** Something failed on the way; `message` is the runtime's own, for the log. */
  | { readonly kind: 'failed'; readonly message: string }
  /** Our kernels failed the self-check at load, so the ONNX runtime took over. */
  | { readonly kind: 'kernels-wrong' }
  /** Experts, convolutions and recurrences run on our kernels alone. */
  | { readonly kind: 'own-kernels' }
  /** Nothing is run on this model. */
  | { readonly kind: 'no-layers' };

/** What a person is told of it: the runtime's own words of a failure are left to the log. */
export type BackendView = BackendState & { readonly choice: BackendChoice };
