import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { availableParallelism, freemem } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import type { Platform } from '../platform';
import { startChatProcess } from './chatProcess';
import { compile, compileOnce, compileWide } from './compile';
import { isFolder, openFile } from './files';
import { folderStore } from './folderStore';
import { startNodeThreads } from './kernelThread';

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
