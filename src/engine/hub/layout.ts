import { damaged } from '../weights/damaged';

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
      throw most === fileBytes
        ? damaged`The model file ends within its header`
        : damaged`The header is longer than ${most} bytes`;
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
    if (depth > deepestArray) throw damaged`The model file holds lists in lists more than ${deepestArray} deep`;
    if (inner !== stringType && inner !== arrayType) return yield* skip(count * sizeOf(inner));
    for (let i = 0; i < count; i++) yield* value(inner, depth + 1);
  }

  yield* skip(4);
  if (String.fromCharCode(...bytes.subarray(0, 4)) !== 'GGUF')
    throw damaged`The model file does not begin with ${'GGUF'}`;
  const version = yield* u32();
  const tensors = yield* u64();
  const count = yield* u64();
  for (const number of [tensors, count])
    if (number > mostEntries) throw damaged`The header of the model file lists ${number} entries`;
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
  throw damaged`The header of the model file has a value of the unknown type ${type}`;
}
