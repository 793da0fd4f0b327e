import { resolve } from 'pathe';
import { EngineError } from '../../../shared/errors';
import type { EncodingName } from '../../../shared/engine';
import type { WorkerStart } from '../../../shared/webWorker';
import type { ByteSource } from '../byteSource';
import type { Platform, Ranks, RuntimeFiles } from '../platform';
import { startKernelThreads } from './kernelThread';
import { fetchBytes, fetchScript } from './fetching';
import { collectedSha256 } from './sha256';

/** A page may take less than its machine has, and is not told how much that is now. */
const shareOfMachine = 0.5;
/** GiB, where the browser does not say. */
const usualMemory = 4;

/** By their absolute paths. */
const files = new Map<string, ByteSource>();
const folders = new Set<string>();
const ranks = new Map<EncodingName, string>();
/** Fetches the inference runtime, which is large and seldom asked for. */
let runtime: () => Promise<RuntimeFiles | undefined> = () => Promise.resolve(undefined);

/** To be called before anything is asked of the engine. */
export function begin({ runtime: { mjs, wasm }, ranks: addresses }: Pick<WorkerStart, 'runtime' | 'ranks'>): void {
  for (const [name, address] of Object.entries(addresses)) ranks.set(name as EncodingName, address);
  runtime = async () => {
    const [script, binary] = await Promise.all([fetchScript(mjs), fetchBytes(wasm)]);
    return { mjs: script, wasm: binary };
  };
}

export const useRuntimeFiles = (files: RuntimeFiles): void => void (runtime = () => Promise.resolve(files));

/** Lets the engine open what was fetched, under the path that a load names. */
export const provide = (path: string, source: ByteSource): void => void files.set(resolve(path), source);
export const provideFolder = (path: string): void => void folders.add(resolve(path));
export const provided = (path: string): boolean => files.has(resolve(path)) || folders.has(resolve(path));
/** Closes the file, or all of a folder, for good. */
export function forget(path: string): void {
  const place = resolve(path);
  for (const [name, file] of files) {
    if (name !== place && !(folders.has(place) && name.startsWith(`${place}/`))) continue;
    file.close();
    files.delete(name);
  }
  folders.delete(place);
}

/** Bytes of the files that are held in memory. */
export const heldBytes = (): number =>
  [...files.values()].reduce((sum, { size, inMemory }) => sum + (inMemory ? size : 0), 0);

export const platform: Platform = {
  openFile(path) {
    const source = files.get(resolve(path));
    if (!source)
      throw new EngineError(
        'model-missing',
        `There is no model file at ${path}. Choose another, or load the model again.`,
      );
    // It stays open for the next load.
    return {
      size: source.size,
      read: (offset, length, into) => source.read(offset, length, into),
      close: () => undefined,
    };
  },
  exists: (path) => files.has(resolve(path)),
  isFolder: (path) => folders.has(resolve(path)),
  sha256: collectedSha256,
  threads: () => (typeof SharedArrayBuffer === 'undefined' ? 1 : navigator.hardwareConcurrency),
  // What a model's files take is not there for the model.
  memory: () => shareOfMachine * (memoryOf(navigator) ?? usualMemory) * 2 ** 30 - heldBytes(),
  letMessagesIn,
  async ranks(encoding) {
    const address = ranks.get(encoding);
    if (address === undefined) throw new EngineError('internal', `The vocabulary of ${encoding} has no address.`);
    const { default: read } = (await import(await fetchScript(address))) as { default: Ranks };
    return read;
  },
  runtimeFiles: () => runtime(),
  kernelThreads: startKernelThreads,
  kernelBuild: (isRelaxed) => (isRelaxed() ? 'relaxed' : 'plain'),
};

/** GiB, rounded, where the browser says so. */
const memoryOf = (navigator: object): number | undefined =>
  'deviceMemory' in navigator && typeof navigator.deviceMemory === 'number' ? navigator.deviceMemory : undefined;

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
