import type { GpuFiles } from './gpu';

/**
 * Where the GPU's worker lies with its own build of the runtime, and nothing else: all that a page which lends its GPU
 * may fetch. From the root of the package.
 */
export const gpuFolder = 'dist/gpu';

const runtime = 'ort-wasm-simd-threaded.asyncify';

/** `address` gives that of a file in the folder. */
export const gpuFiles = (address: (file: string) => string): GpuFiles => ({
  script: address('gpu.js'),
  mjs: address(`${runtime}.mjs`),
  wasm: address(`${runtime}.wasm`),
});
