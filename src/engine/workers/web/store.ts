import type { Signal } from '../../../shared/engine';
import { said, type Said } from '../../../shared/said';
import { modelFolder, wholeMark } from '../../../shared/storedModel';
import type { RemoteFile } from '../../../shared/webWorker';
import { ChangedFile, checkRange } from '../../platform/byteSource';
import { stopIfAborted } from '../../tasks/pause';
import { fromBytes, type ByteSource } from '../../weights/source';
import { download, type DownloadSink } from './download';

export class MemorySink implements DownloadSink {
  size = 0;
  #parts: Uint8Array<ArrayBuffer>[] = [];

  /** `notice` tells the user about it. */
  constructor(readonly notice: Said) {}

  restart(): void {
    this.#parts = [];
    this.size = 0;
  }

  write(bytes: Uint8Array<ArrayBuffer>): void {
    this.#parts.push(new Uint8Array(bytes));
    this.size += bytes.length;
  }

  async source(): Promise<ByteSource> {
    const whole = new Blob(this.#parts).arrayBuffer();
    this.restart();
    return fromBytes(new Uint8Array(await whole));
  }
}

/** The used part of `FileSystemSyncAccessHandle`. */
export interface WrittenFile {
  getSize(): number;
  truncate(size: number): void;
  /** Both return the number of bytes. */
  read(into: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
  write(bytes: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
}

/** Keeps bytes in a file of the browser's storage. When the storage is full, all of them move to memory. */
export class StorageSink implements DownloadSink {
  #instead: MemorySink | null = null;

  /** `instead` is called once, when the storage is full. */
  constructor(
    private readonly handle: WrittenFile,
    private readonly instead: () => MemorySink,
  ) {}

  get size(): number {
    return this.#instead?.size ?? this.handle.getSize();
  }

  get isKept(): boolean {
    return this.#instead === null;
  }

  restart(): void {
    if (this.#instead) this.#instead.restart();
    else this.handle.truncate(0);
  }

  write(bytes: Uint8Array<ArrayBuffer>): void {
    if (!this.#instead && !this.#store(bytes)) this.#move();
    this.#instead?.write(bytes);
  }

  #store(bytes: Uint8Array<ArrayBuffer>): boolean {
    const at = this.handle.getSize();
    try {
      if (this.handle.write(bytes, { at }) === bytes.length) return true;
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
    // A part may have been written.
    this.handle.truncate(at);
    return false;
  }

  #move(): void {
    const bytes = new Uint8Array(this.handle.getSize());
    this.handle.read(bytes, { at: 0 });
    this.#instead = this.instead();
    this.#instead.write(bytes);
    // Frees the full storage of a part that nobody will read.
    this.handle.truncate(0);
  }
}

/** Sent by a new window to ask for the progress. */
const question = '?';

/**
 * Runs `work` in one window at a time. The other windows wait and receive its progress through `tell`. When the window
 * closes, the next one takes over. Rejects with `EngineError('cancelled')` as soon as the signal is aborted during the
 * wait.
 */
async function oneWindow<T>(
  name: string,
  signal: Signal,
  tell: (bytes: number) => void,
  work: (tell: (bytes: number) => void) => Promise<T>,
): Promise<T> {
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }: MessageEvent<unknown>) => typeof data === 'number' && tell(data);
  channel.postMessage(question);
  const abort = new AbortController();
  const stop = () => abort.abort();
  signal.addEventListener('abort', stop);
  const atWork = () => {
    let last: number | undefined;
    channel.onmessage = ({ data }: MessageEvent<unknown>) =>
      data === question && last !== undefined && channel.postMessage(last);
    return work((bytes) => {
      last = bytes;
      tell(bytes);
      channel.postMessage(bytes);
    });
  };
  try {
    // The declared type is a promise of a promise.
    return await (navigator.locks.request(name, { signal: abort.signal }, atWork) as Promise<T>);
  } catch (error) {
    stopIfAborted(signal);
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    channel.close();
  }
}

interface Obtained {
  readonly source: ByteSource;
  /** Why the file is not kept for the next time, as a sentence, else `null`. */
  readonly notice: Said | null;
}

type Tell = (bytes: number) => void;

const full = said`The browser’s storage is full, so the model is held in memory and is downloaded again next time.`;
const refused = said`The browser keeps no files for this page, so the model is held in memory and is downloaded again next time.`;

/** The bytes of files that the storage does not keep, by name. */
const held = new Map<string, MemorySink>();

/**
 * Returns a model file from the browser's storage, where its name is its hash, or fetches it. An interrupted download
 * continues where it ended. One window fetches while the others wait for it. If the storage is full or missing (in a
 * private window, say) the file stays in memory. `tell` receives the bytes so far if anything is fetched. Rejects as
 * `download` does.
 */
export async function obtain(file: RemoteFile, name: string, signal: Signal, tell: Tell): Promise<Obtained> {
  const files = held.has(name) ? null : await models().catch(() => null);
  const source =
    files &&
    (await oneWindow(`vectorscope ${name}`, signal, tell, (tellAll) =>
      fromStorage(files, file, name, signal, tellAll),
    ));
  return source ? { source, notice: null } : inMemory(file, name, signal, tell);
}

export async function discard(name: string): Promise<void> {
  held.delete(name);
  const files = await models().catch(() => null);
  if (files) await remove(files, name);
}

const models = async () => (await navigator.storage.getDirectory()).getDirectoryHandle(modelFolder, { create: true });

/** The mark goes first: a file without it counts as incomplete. */
async function remove(files: FileSystemDirectoryHandle, name: string): Promise<void> {
  for (const file of [wholeMark(name), name]) await files.removeEntry(file).catch(() => undefined);
}

/** `null` if the storage does not take the file, which then stays in memory. */
async function fromStorage(
  files: FileSystemDirectoryHandle,
  remote: RemoteFile,
  name: string,
  signal: Signal,
  tell: Tell,
): Promise<ByteSource | null> {
  try {
    const isWhole = await files.getFileHandle(wholeMark(name)).then(
      () => true,
      () => false,
    );
    const file = await files.getFileHandle(name, { create: true });
    if (isWhole || (await fetchInto(file, remote, name, signal, tell))) {
      await files.getFileHandle(wholeMark(name), { create: true });
      return await openToRead(file);
    }
    await remove(files, name);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    hold(name, error.name === 'QuotaExceededError' ? full : refused);
  }
  return null;
}

/** Whether the storage took the whole file. */
async function fetchInto(
  file: FileSystemFileHandle,
  remote: RemoteFile,
  name: string,
  signal: Signal,
  tell: Tell,
): Promise<boolean> {
  const handle = await openToWrite(file);
  try {
    // A complete file without its mark was refused by a window that could not delete it.
    if (handle.getSize() === remote.bytes) handle.truncate(0);
    const sink = new StorageSink(handle, () => hold(name, full));
    await download(remote, sink, signal, tell);
    handle.flush();
    return sink.isKept;
  } finally {
    handle.close();
  }
}

function hold(name: string, notice: Said): MemorySink {
  const sink = held.get(name) ?? new MemorySink(notice);
  held.set(name, sink);
  return sink;
}

async function inMemory(remote: RemoteFile, name: string, signal: Signal, tell: Tell): Promise<Obtained> {
  const sink = hold(name, refused);
  await download(remote, sink, signal, tell);
  held.delete(name);
  return { source: await sink.source(), notice: sink.notice };
}

const trials = 20;
/** Milliseconds. */
const betweenTrials = 50;

/** A window that has just closed may keep its files open a moment longer. */
async function openToWrite(file: FileSystemFileHandle): Promise<FileSystemSyncAccessHandle> {
  for (let trial = 1; ; trial++) {
    try {
      return await file.createSyncAccessHandle();
    } catch (error) {
      if (trial === trials || !(error instanceof DOMException) || error.name !== 'NoModificationAllowedError')
        throw error;
      await new Promise((resolve) => setTimeout(resolve, betweenTrials));
    }
  }
}

/**
 * Opens a file that several windows read at once. If the browser lacks that mode, later windows read the file into
 * memory.
 */
async function openToRead(file: FileSystemFileHandle): Promise<ByteSource> {
  const open = file.createSyncAccessHandle as (options: { mode: 'read-only' }) => Promise<FileSystemSyncAccessHandle>;
  try {
    return sourceOf(await open.call(file, { mode: 'read-only' }), file.name);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return fromBytes(new Uint8Array(await (await file.getFile()).arrayBuffer()));
  }
}

function sourceOf(handle: FileSystemSyncAccessHandle, name: string): ByteSource {
  const size = handle.getSize();
  return {
    size,
    read(offset, length, into) {
      checkRange(offset, length, size);
      const bytes = into ?? new Uint8Array(length);
      const read = handle.read(bytes, { at: offset });
      if (read !== length) throw new ChangedFile(name);
      return bytes;
    },
    close: () => handle.close(),
  };
}
