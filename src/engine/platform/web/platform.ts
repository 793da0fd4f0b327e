import { createSHA256 } from 'hash-wasm';
import { resolve } from 'pathe';
import type { EncodingName } from '../../../shared/engine';
import { EngineError, modelMissing, modelUnsupported } from '../../../shared/errors';
import type { WorkerStart } from '../../../shared/webWorker';
import type { ByteSource } from '../byteSource';
import type { Platform, Ranks, Hash } from '../platform';
import { fetchScript } from './fetching';
import { startChatThread, startWebThreads } from './kernelThread';

/** A page may use only a part of the machine's memory and cannot ask how much is free. */
const shareOfMachine = 0.5;
/** GiB, if the browser does not tell. */
const usualMemory = 4;

const files = new Map<string, ByteSource>();
const folders = new Set<string>();
const ranks = new Map<EncodingName, string>();

/** Call it before the engine's first request. */
export function begin({ ranks: addresses }: Pick<WorkerStart, 'ranks'>): void {
  for (const [name, address] of Object.entries(addresses)) ranks.set(name as EncodingName, address);
}

/** Registers a file under the path that a load uses. */
export const provide = (path: string, source: ByteSource): void => void files.set(resolve(path), source);
export const provideFolder = (path: string): void => void folders.add(resolve(path));
export const provided = (path: string): boolean => files.has(resolve(path)) || folders.has(resolve(path));
/** Closes a file, or all files of a folder, and removes them. */
export function forget(path: string): void {
  const place = resolve(path);
  for (const [name, file] of files) {
    if (name !== place && !(folders.has(place) && name.startsWith(`${place}/`))) continue;
    file.close();
    files.delete(name);
  }
  folders.delete(place);
}

export const heldBytes = (): number =>
  [...files.values()].reduce((sum, { size, inMemory }) => sum + (inMemory ? size : 0), 0);

export const platform: Platform = {
  openFile(path) {
    const source = files.get(resolve(path));
    if (!source) throw modelMissing`There is no model file at ${path}. Choose another.`;
    // The source stays open for the next load.
    return {
      size: source.size,
      file: { path, bytes: source.size },
      read: (offset, length, into) => source.read(offset, length, into),
      close: () => undefined,
    };
  },
  exists: (path) => files.has(resolve(path)),
  isFolder: (path) => folders.has(resolve(path)),
  folderStore() {
    throw modelUnsupported`Models on the Hub can be searched in a browser, but not read from there. Use Vectorscope in a desktop editor.`;
  },
  sha256: streamedSha256,
  threads: () => (typeof SharedArrayBuffer === 'undefined' ? 1 : navigator.hardwareConcurrency),
  // Files in memory leave less for the model.
  memory: () => shareOfMachine * (memoryOf(navigator) ?? usualMemory) * 2 ** 30 - heldBytes(),
  letMessagesIn,
  async ranks(encoding) {
    const address = ranks.get(encoding);
    if (address === undefined) throw new EngineError('internal', `The vocabulary of ${encoding} has no address.`);
    const { default: read } = (await import(await fetchScript(address))) as { default: Ranks };
    return read;
  },
  kernelThreads: startWebThreads,
  chatRenderer: startChatThread,
  kernelBuild: (isRelaxed) => (isRelaxed() ? 'relaxed' : 'plain'),
  compile: (bytes) => new WebAssembly.Module(bytes),
  compileWide: () => null,
  compileOnce: () => undefined,
};

/** GiB, rounded, if the browser tells. */
const memoryOf = (navigator: object): number | undefined =>
  'deviceMemory' in navigator && typeof navigator.deviceMemory === 'number' ? navigator.deviceMemory : undefined;

/** A timeout of 0 would wait four milliseconds. */
const { port1: here, port2: there } = new MessageChannel();
const waiting: (() => void)[] = [];
here.onmessage = () => waiting.shift()?.();

function letMessagesIn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    there.postMessage(null);
  });
}

/** The browser's own SHA-256 needs all bytes at once, which for a model are 98 MB beside the file itself. */
async function streamedSha256(): Promise<Hash> {
  const hash = await createSHA256();
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
}
