import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { availableParallelism, freemem } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import type { Platform } from '../platform';
import { startChatProcess } from './chatProcess';
import { isFolder, openFile } from './files';
import { folderStore } from './folderStore';
import { startNodeThreads } from './kernelThread';

/** V8 as of Node 24, the first whose merging of operations packs our tile. */
const firstMerging = 13;

/** Where Node is built with it. Elsewhere V8 does not know the flag, and writes that to standard error. */
export const canMerge = ({
  arch,
  platform,
  versions,
  env,
}: Pick<NodeJS.Process, 'arch' | 'platform' | 'env'> & { readonly versions: { readonly v8: string } } = process) =>
  arch === 'x64' &&
  platform !== 'darwin' &&
  Number.parseInt(versions.v8, 10) >= firstMerging &&
  env['VECTORSCOPE_KERNELS'] !== '128';

/** Compiles all of a module at once, and with the compiler whose code is fast: V8 would begin with slow code. */
const atOnce = { 'no-liftoff': 'liftoff', 'no-wasm-lazy-compilation': 'wasm-lazy-compilation' };
const merging = { 'experimental-wasm-revectorize': 'no-experimental-wasm-revectorize' };

/** See `Platform`. The kernels take some twenty milliseconds, and what runs first takes half the time then. */
const compile = (bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module => compileWith(bytes, atOnce);

/**
 * See `Platform`. `VECTORSCOPE_KERNELS` turns it off: for measuring and testing, and after an engine crashed with it.
 */
export const compileWide = (bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module | null =>
  canMerge() ? compileWith(bytes, { ...atOnce, ...merging }) : null;

/** See `Platform`. What V8 compiles in the background keeps the process from ending until it is done. */
const compileOnce = (): void => {
  setFlagsFromString('--wasm-lazy-compilation');
  setFlagsFromString('--no-wasm-tier-up');
};

/**
 * V8's flags hold for the whole process, and merging is an experiment of V8, so they are set for one module and taken
 * back at once. Each stands beside the one that takes it back.
 */
function compileWith(bytes: Uint8Array<ArrayBuffer>, flags: Readonly<Record<string, string>>): WebAssembly.Module {
  try {
    for (const flag of Object.keys(flags)) setFlagsFromString(`--${flag}`);
    return new WebAssembly.Module(bytes);
  } finally {
    for (const flag of Object.values(flags)) setFlagsFromString(`--${flag}`);
  }
}

export const platform: Platform = {
  openFile,
  exists: existsSync,
  isFolder,
  folderStore,
  sha256() {
    const hash = createHash('sha256');
    return Promise.resolve({ update: (bytes) => void hash.update(bytes), digest: () => hash.digest('hex') });
  },
  threads: availableParallelism,
  // The memory of this process counts as free: the old model is released before another is loaded.
  memory: () => freeMemory() + process.memoryUsage.rss(),
  letMessagesIn: () => new Promise((resolve) => setImmediate(resolve)),
  async ranks(encoding) {
    switch (encoding) {
      case 'o200k_base':
        return (await import('gpt-tokenizer/bpeRanks/o200k_base')).default;
      case 'cl100k_base':
        return (await import('gpt-tokenizer/bpeRanks/cl100k_base')).default;
      case 'r50k_base':
        return (await import('gpt-tokenizer/bpeRanks/r50k_base')).default;
    }
  },
  kernelThreads: startNodeThreads,
  chatRenderer: startChatProcess,
  kernelBuild(isRelaxed) {
    // For measuring and testing the other build.
    if (process.env['VECTORSCOPE_KERNELS'] === 'plain') return 'plain';
    // Node 20 has relaxed SIMD behind a flag, which must be set before the kernels are compiled.
    if (!isRelaxed()) setFlagsFromString('--experimental-wasm-relaxed-simd');
    return isRelaxed() ? 'relaxed' : 'plain';
  },
  compile,
  compileWide,
  compileOnce,
};

/** Before version 20.13, Node.js reports only the free memory, not the available one. */
const freeMemory = (): number => (process as { availableMemory?: () => number }).availableMemory?.() ?? freemem();
