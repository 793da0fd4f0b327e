import type { FolderStore } from '../platform/folderStore';
import { endsBefore, wrongField } from '../weights/damaged';
import { readGguf } from '../weights/gguf';
import type { ByteSource } from '../weights/source';
import { jsonStart } from '../weights/strictJson';
import type { Weights } from '../weights/weights';
import type { RangedFile } from './ranges';

/** Where the parts of a GGUF header lie. */
export interface GgufLayout {
  readonly version: number;
  /** Offsets of each key with its value. */
  readonly keys: readonly { readonly key: string; readonly start: number; readonly end: number }[];
  /** End of the header, before the data section. */
  readonly end: number;
}

/** Those of the reader itself; a header that exceeds them is refused before it is read. */
const mostEntries = 2 ** 16;
const longestHeader = 128 * 2 ** 20;
const deepestArray = 4;
const stringType = 8;
const arrayType = 9;
/** Bytes of a value of each type in the format, by the type's number; 0 for strings and arrays. */
const sizes: readonly number[] = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];

/**
 * Walks over a GGUF header of unknown length. It yields the number of bytes that it needs from the beginning of the
 * file, receives at least that many, and continues where it was. It reads only lengths: `readGguf` checks the rest.
 */
export function* layoutOf(fileBytes: number): Generator<number, GgufLayout, Uint8Array<ArrayBuffer>> {
  const most = Math.min(fileBytes, longestHeader);
  let bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  let view = new DataView(bytes.buffer);
  let at = 0;

  function* have(length: number): Generator<number, void, Uint8Array<ArrayBuffer>> {
    if (at + length > most)
      throw most === fileBytes ? endsBefore('header') : wrongField('header (bytes)', at + length, `≤ ${most}`);
    while (bytes.length < at + length) {
      bytes = yield at + length;
      view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
  }
  const isShort = (length: number): boolean => bytes.length < at + length || at + length > most;
  function* skip(length: number) {
    if (isShort(length)) yield* have(length);
    at += length;
  }
  function* u32() {
    yield* skip(4);
    return view.getUint32(at - 4, true);
  }
  function* u64() {
    if (isShort(8)) yield* have(8);
    at += 8;
    return view.getUint32(at - 4, true) * 2 ** 32 + view.getUint32(at - 8, true);
  }
  function* value(type: number, depth: number): Generator<number, void, Uint8Array<ArrayBuffer>> {
    if (type === stringType) return yield* skip(yield* u64());
    if (type !== arrayType) return yield* skip(sizeOf(type));
    const inner = yield* u32();
    const count = yield* u64();
    if (depth > deepestArray) throw wrongField('metadata_kv (depth)', depth, `≤ ${deepestArray}`);
    if (inner !== stringType && inner !== arrayType) return yield* skip(count * sizeOf(inner));
    for (let i = 0; i < count; i++) yield* value(inner, depth + 1);
  }

  yield* skip(4);
  const magic = String.fromCharCode(...bytes.subarray(0, 4));
  if (magic !== 'GGUF') throw wrongField('magic', jsonStart(magic), 'GGUF');
  const version = yield* u32();
  const tensors = yield* u64();
  const count = yield* u64();
  for (const number of [tensors, count])
    if (number > mostEntries) throw wrongField('tensor_count, metadata_kv_count', number, `≤ ${mostEntries}`);
  const keys: GgufLayout['keys'][number][] = [];
  for (let i = 0; i < count; i++) {
    const start = at;
    const length = yield* u64();
    yield* skip(length);
    const key = new TextDecoder().decode(bytes.subarray(at - length, at));
    yield* value(yield* u32(), 1);
    keys.push({ key, start, end: at });
  }
  for (let i = 0; i < tensors; i++) {
    yield* skip(yield* u64());
    yield* skip(8 * (yield* u32()) + 12);
  }
  return { version, keys, end: at };
}

function sizeOf(type: number): number {
  const size = sizes[type];
  if (size) return size;
  throw wrongField('metadata_kv (type)', type, '0…12');
}

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
