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
