import type { Signal } from '../../shared/engine';
import { EngineError } from '../../shared/errors';
import type { RemoteFile } from '../../shared/webWorker';
import { checkRange } from '../weights/range';
import { fromBytes, type ByteSource } from '../weights/source';
import { download, type Sink } from './download';

const folder = 'models';
/** An empty file beside a model that came whole. */
const whole = (name: string) => `${name}.whole`;

/**
 * A model file that is kept in the browser's storage under its name, which is its hash: the second time nothing is fetched, and what was cut
 * goes on where it ended. Where the storage cannot be had (a private window, another window that is fetching) the file is held in memory.
 */
export async function obtain(file: RemoteFile, name: string, signal: Signal, tell: (fraction: number) => void): Promise<ByteSource> {
  try {
    return await fromStorage(file, name, signal, tell);
  } catch (error) {
    if (error instanceof EngineError || !(error instanceof DOMException)) throw error;
    return inMemory(file, signal, tell);
  }
}

/** Lets go of a file that is not what it should be. */
export async function discard(name: string): Promise<void> {
  const files = await models();
  for (const file of [whole(name), name]) await files.removeEntry(file).catch(() => undefined);
}

const models = async () => (await navigator.storage.getDirectory()).getDirectoryHandle(folder, { create: true });

async function fromStorage(remote: RemoteFile, name: string, signal: Signal, tell: (fraction: number) => void): Promise<ByteSource> {
  const files = await models();
  const isWhole = await files.getFileHandle(whole(name)).then(() => true, () => false);
  const file = await files.getFileHandle(name, { create: true });
  if (!isWhole) {
    const handle = await file.createSyncAccessHandle();
    try {
      await download(remote, sinkOf(handle), signal, tell);
      handle.flush();
    } finally {
      handle.close();
    }
    await files.getFileHandle(whole(name), { create: true });
  }
  return sourceOf(await openToRead(file));
}

/** Several windows may read at once, where the browser knows that mode; elsewhere the second one reads into its memory. */
const openToRead = (file: FileSystemFileHandle): Promise<FileSystemSyncAccessHandle> => (file.createSyncAccessHandle as (options?: { mode: 'read-only' }) => Promise<FileSystemSyncAccessHandle>).call(file, { mode: 'read-only' });

const sinkOf = (handle: FileSystemSyncAccessHandle): Sink => ({
  get size() {
    return handle.getSize();
  },
  restart: () => handle.truncate(0),
  write(bytes) {
    const at = handle.getSize();
    const written = handle.write(bytes, { at });
    if (written !== bytes.length) throw new DOMException('The storage took a part only.', 'QuotaExceededError');
  },
});

function sourceOf(handle: FileSystemSyncAccessHandle): ByteSource {
  const size = handle.getSize();
  return {
    size,
    read(offset, length, into) {
      checkRange(offset, length, size);
      const bytes = into ?? new Uint8Array(length);
      const read = handle.read(bytes, { at: offset });
      if (read !== length) throw new EngineError('model-damaged', 'The model file became shorter while it was read. Load the model again.');
      return bytes;
    },
    close: () => handle.close(),
  };
}

async function inMemory(file: RemoteFile, signal: Signal, tell: (fraction: number) => void): Promise<ByteSource> {
  let parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  await download(
    file,
    {
      get size() {
        return size;
      },
      restart() {
        parts = [];
        size = 0;
      },
      write(bytes) {
        parts.push(new Uint8Array(bytes));
        size += bytes.length;
      },
    },
    signal,
    tell,
  );
  return fromBytes(new Uint8Array(await new Blob(parts).arrayBuffer()));
}
