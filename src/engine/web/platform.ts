import { EngineError } from '../../shared/errors';
import type { EncodingName } from '../../shared/engine';
import type { WorkerStart } from '../../shared/webWorker';
import type { Platform, RuntimeFiles } from '../platform';
import type { Ranks } from '../tokenizer/ranks';
import type { ByteSource } from '../weights/source';
import { fetchBytes, fetchScript } from './fetching';
import { collectedSha256 } from './sha256';

/** A page may take less than its machine has, and is not told how much that is now. */
const shareOfMachine = 0.5;
/** GiB, where the browser does not say. */
const usualMemory = 4;

const files = new Map<string, ByteSource>();
const ranks = new Map<EncodingName, string>();
let runtime: RuntimeFiles | undefined;

/** To be called before anything is asked of the engine. */
export async function begin({ runtime: { mjs, wasm }, ranks: addresses }: Pick<WorkerStart, 'runtime' | 'ranks'>): Promise<void> {
  for (const [name, address] of Object.entries(addresses)) ranks.set(name as EncodingName, address);
  const [script, binary] = await Promise.all([fetchScript(mjs), fetchBytes(wasm)]);
  useRuntimeFiles({ mjs: script, wasm: binary });
}

export const useRuntimeFiles = (files: RuntimeFiles): void => void (runtime = files);

/** Lets the engine open what was fetched, under the path that a load names. */
export const provide = (path: string, source: ByteSource): void => void files.set(path, source);
export const provided = (path: string): boolean => files.has(path);
/** Closes the file for good. */
export function forget(path: string): void {
  files.get(path)?.close();
  files.delete(path);
}

export const platform: Platform = {
  openFile(path) {
    const source = files.get(path);
    if (!source) throw new EngineError('model-missing', `${path} is not at hand. In a browser only the model that ships with Vectorscope can be loaded.`);
    // It stays open for the next load.
    return { size: source.size, read: (offset, length, into) => source.read(offset, length, into), close: () => undefined };
  },
  exists: (path) => files.has(path),
  isFolder: () => false,
  sha256: collectedSha256,
  threads: () => (typeof SharedArrayBuffer === 'undefined' ? 1 : navigator.hardwareConcurrency),
  memory: () => shareOfMachine * (memoryOf(navigator) ?? usualMemory) * 2 ** 30,
  letMessagesIn,
  async ranks(encoding) {
    const address = ranks.get(encoding);
    if (address === undefined) throw new EngineError('internal', `The vocabulary of ${encoding} has no address.`);
    const { default: read } = (await import(await fetchScript(address))) as { default: Ranks };
    return read;
  },
  runtimeFiles: () => runtime,
  rowsThreads: () => [],
};

/** GiB, rounded, where the browser says so. */
const memoryOf = (navigator: object): number | undefined => ('deviceMemory' in navigator && typeof navigator.deviceMemory === 'number' ? navigator.deviceMemory : undefined);

/** A time-out of none would wait four milliseconds. */
const { port1: here, port2: there } = new MessageChannel();
const waiting: (() => void)[] = [];
here.onmessage = () => waiting.shift()?.();

function letMessagesIn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    there.postMessage(null);
  });
}
