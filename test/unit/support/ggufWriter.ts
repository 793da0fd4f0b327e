/** Writes small GGUF files for tests, sound ones and, by overriding a field, spoiled ones. */

export interface GgufFile {
  readonly magic?: string;
  readonly version?: number;
  readonly tensorCount?: bigint;
  readonly keyCount?: bigint;
  readonly keys?: readonly GgufKey[];
  readonly tensors?: readonly GgufTensor[];
  /** Of the data as they are laid out; the file says so only where a key does. */
  readonly alignment?: number;
}

export interface GgufKey {
  readonly key: string;
  readonly type: number;
  readonly value: Uint8Array;
}

export interface GgufTensor {
  readonly name: string;
  /** As in the file: columns first. */
  readonly dimensions: readonly (number | bigint)[];
  readonly type: number;
  readonly data: Uint8Array;
  /** Written in place of the offset at which the data lie. */
  readonly offset?: bigint;
}

export const valueTypes = {
  u8: 0,
  i8: 1,
  u16: 2,
  i16: 3,
  u32: 4,
  i32: 5,
  f32: 6,
  bool: 7,
  string: 8,
  array: 9,
  u64: 10,
  i64: 11,
  f64: 12,
} as const;

export function writeGguf(file: GgufFile): Uint8Array {
  const { keys = [], tensors = [], alignment = 32 } = file;
  const offsets: number[] = [];
  let dataLength = 0;
  for (const { data } of tensors) {
    const offset = Math.ceil(dataLength / alignment) * alignment;
    offsets.push(offset);
    dataLength = offset + data.length;
  }
  const header = join(
    new TextEncoder().encode(file.magic ?? 'GGUF'),
    u32(file.version ?? 3),
    u64(file.tensorCount ?? BigInt(tensors.length)),
    u64(file.keyCount ?? BigInt(keys.length)),
    ...keys.flatMap(({ key, type, value }) => [string(key), u32(type), value]),
    ...tensors.flatMap(({ name, dimensions, type, offset }, i) => [
      string(name),
      u32(dimensions.length),
      ...dimensions.map((size) => u64(BigInt(size))),
      u32(type),
      u64(offset ?? BigInt(offsets[i] as number)),
    ]),
  );
  if (tensors.length === 0) return header;
  const start = Math.ceil(header.length / alignment) * alignment;
  const bytes = new Uint8Array(start + dataLength);
  bytes.set(header);
  tensors.forEach(({ data }, i) => bytes.set(data, start + (offsets[i] as number)));
  return bytes;
}

export const text = (key: string, value: string): GgufKey => ({ key, type: valueTypes.string, value: string(value) });
export const number = (key: string, value: number): GgufKey => ({ key, type: valueTypes.u32, value: u32(value) });
export const boolean = (key: string, value: boolean): GgufKey => ({
  key,
  type: valueTypes.bool,
  value: Uint8Array.of(Number(value)),
});
export const texts = (key: string, values: readonly string[]): GgufKey =>
  array(key, valueTypes.string, values.length, concatenate(values.map(string)));
export const integers = (key: string, values: readonly number[]): GgufKey =>
  array(key, valueTypes.i32, values.length, concatenate(values.map(u32)));

export const array = (
  key: string,
  type: number,
  count: number | bigint,
  ...entries: readonly Uint8Array[]
): GgufKey => ({
  key,
  type: valueTypes.array,
  value: join(u32(type), u64(BigInt(count)), ...entries),
});

export function string(value: string): Uint8Array {
  const bytes = new TextEncoder().encode(value);
  return join(u64(BigInt(bytes.length)), bytes);
}

export function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

export function u64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  return bytes;
}

export const join = (...parts: readonly Uint8Array[]): Uint8Array => concatenate(parts);

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
