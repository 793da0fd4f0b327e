/**
 * The part of WebGPU that is used beside the runtime, which has the rest; its own types exist only where there is a
 * DOM.
 */
export interface WebGpu {
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

/** That of a page or a worker; undefined where the browser has none. */
export const gpuOf = (navigator: object): WebGpu | undefined =>
  'gpu' in navigator ? (navigator.gpu as WebGpu) : undefined;
