import { setFlagsFromString } from 'node:v8';

/** V8 as of Node 24, the first whose merging of operations packs our tile. */
const firstVersion = 13;

/**
 * Merging; and all of the module is compiled at once, by the compiler that merges. These flags of V8 hold for the whole
 * process, and merging is an experiment, so they are set for this one module and taken back at once.
 */
const flags = ['experimental-wasm-revectorize', 'no-liftoff', 'no-wasm-lazy-compilation'];
const flagsBack = ['no-experimental-wasm-revectorize', 'liftoff', 'wasm-lazy-compilation'];

/**
 * See `Platform`. `VECTORSCOPE_KERNELS` turns it off: for measuring and testing, and where the engine was lost by it
 * before.
 */
export function compileWide(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module | null {
  const version = Number.parseInt(process.versions.v8, 10);
  if (!(version >= firstVersion) || process.env['VECTORSCOPE_KERNELS'] === '128') return null;
  try {
    for (const flag of flags) setFlagsFromString(`--${flag}`);
    return new WebAssembly.Module(bytes);
  } finally {
    for (const flag of flagsBack) setFlagsFromString(`--${flag}`);
  }
}
