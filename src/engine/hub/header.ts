import type { FolderStore } from '../platform/folderStore';
import { readGguf } from '../weights/gguf';
import type { ByteSource } from '../weights/source';
import type { Weights } from '../weights/weights';
import { layoutOf, type GgufLayout } from './layout';
import type { RangedFile } from './ranges';

/** The first part of a model has its vocabulary. The others have only tensors to describe. */
const step = 512 * 1024;
const smallStep = 32 * 1024;

export interface RemoteHeader {
  readonly file: RangedFile;
  readonly layout: GgufLayout;
  readonly weights: Weights;
  /** The bytes of the header, or more of the file. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Reads the header of a GGUF file by ranges until it is complete. What was read is kept in `store` under `name`, where
 * the next attempt continues.
 */
export async function readHeader(
  file: RangedFile,
  store: FolderStore,
  name: string,
  isFirst: boolean,
  onBytes: (bytes: number) => void,
): Promise<RemoteHeader> {
  let bytes = (await store.read(name, file.size)) ?? new Uint8Array(0);
  const walk = layoutOf(file.size);
  let next = walk.next();
  while (!next.done) {
    if (bytes.length < next.value) bytes = await grown(bytes, next.value);
    next = walk.next(bytes);
  }
  file.keep(bytes);
  return { file, layout: next.value, weights: readGguf(prefixOf(bytes, file.size)), bytes };

  async function grown(before: Uint8Array<ArrayBuffer>, needed: number): Promise<Uint8Array<ArrayBuffer>> {
    const size = isFirst ? step : smallStep;
    const end = Math.min(file.size, before.length + Math.ceil((needed - before.length) / size) * size);
    // Room for more, so that a long header is not copied with every step.
    const larger =
      before.buffer.byteLength >= end
        ? new Uint8Array(before.buffer, 0, end)
        : new Uint8Array(new ArrayBuffer(2 * end), 0, end);
    larger.set(before);
    let at = before.length;
    await file.read(at, end, async (part) => {
      await store.write(name, at, part);
      larger.set(part, at);
      at += part.length;
      onBytes(at);
    });
    return larger;
  }
}

/**
 * The beginning of a file as a source of the whole size. Readers look ahead, but use nothing behind the header: zeros
 * stand there.
 */
export const prefixOf = (bytes: Uint8Array, size: number): ByteSource => ({
  size,
  read(offset, length, into) {
    const read = into ?? new Uint8Array(length);
    read.set(bytes.subarray(offset, offset + length));
    return read;
  },
  close: () => undefined,
});
