import type { Signal } from '../../../shared/engine';
import { said, type Said } from '../../../shared/said';
import { modelFolder, wholeMark } from '../../../shared/storedModel';
import type { RemoteFile } from '../../../shared/webWorker';
import { ChangedFile, checkRange } from '../../platform/byteSource';
import { fromBytes, type ByteSource } from '../../weights/source';
import { download } from './download';
import { oneWindow } from './oneWindow';
import { MemorySink, StorageSink } from './sinks';

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
