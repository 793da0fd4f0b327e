import { joinedBytes } from '../arrays/bytes';
import { geometryTensors } from '../model/verdict';
import { sourceKeys } from '../weights/geometrySource';
import { joinParts } from '../weights/splitGguf';
import { tensorTypes } from '../weights/types/types';
import { tensorOf, type TensorInfo } from '../weights/weights';
import { fileNameOf } from './files';
import type { RemoteHeader } from './header';
import type { FilePiece, Plan } from './plan';

export interface GeometrySource {
  readonly repository: string;
  readonly file: string;
  readonly etag: string;
  readonly bytes: number;
}

const stringType = 8;
const u64Type = 10;
const usualAlignment = 32;
const encoder = new TextEncoder();

/**
 * The header of a GGUF file with the same keys and only the tensors of the geometry, and where their bytes come from.
 * `headers` are those of all parts of the model.
 */
export function planGguf(
  headers: readonly RemoteHeader[],
  source: GeometrySource,
): { readonly header: Uint8Array<ArrayBuffer>; readonly plan: Plan } {
  const [first] = headers as [RemoteHeader];
  const all =
    headers.length === 1
      ? first.weights
      : joinParts(
          headers.map(({ weights }) => weights),
          headers.map(({ file }) => fileNameOf(file.path)),
        );
  // A tensor of a type that cannot be read is refused here, before anything is fetched.
  const tensors = geometryTensors(all).map((name) => tensorOf(all, name));
  const told = all.metadata.get('general.alignment');
  const alignment = typeof told === 'number' ? told : usualAlignment;
  const offsets: number[] = [];
  let length = 0;
  for (const { byteLength } of tensors) {
    const offset = upTo(length, alignment);
    offsets.push(offset);
    length = offset + byteLength;
  }
  const { layout, bytes } = first;
  const keys = layout.keys.filter(({ key }) => !key.startsWith('split.') && !ours.has(key));
  const parts = [
    encoder.encode('GGUF'),
    u32(layout.version),
    u64(tensors.length),
    u64(keys.length + ours.size),
    ...keys.map(({ start, end }) => bytes.subarray(start, end)),
    text(sourceKeys.repository, source.repository),
    text(sourceKeys.file, source.file),
    text(sourceKeys.etag, source.etag),
    string(sourceKeys.bytes),
    u32(u64Type),
    u64(source.bytes),
    ...tensors.map((tensor, i) => described(tensor, offsets[i] as number)),
  ];
  const written = joinedBytes(parts);
  const header = new Uint8Array(upTo(written.length, alignment));
  header.set(written);
  const pieces = tensors.map(({ name, offset, byteLength }, i): FilePiece => ({
    file: headers.findIndex(({ weights }) => weights.tensors.has(name)),
    from: offset,
    length: byteLength,
    at: header.length + (offsets[i] as number),
  }));
  return { header, plan: { header: header.length, pieces } };
}

const ours: ReadonlySet<string> = new Set(Object.values(sourceKeys));

function described({ name, shape, type }: TensorInfo, offset: number): Uint8Array {
  // The file has columns first.
  const sizes = shape.toReversed();
  return joinedBytes([string(name), u32(sizes.length), ...sizes.map(u64), u32(tensorTypes[type].ggufId), u64(offset)]);
}

const text = (key: string, value: string): Uint8Array => joinedBytes([string(key), u32(stringType), string(value)]);

function string(value: string): Uint8Array {
  const bytes = encoder.encode(value);
  return joinedBytes([u64(bytes.length), bytes]);
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function u64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return bytes;
}

const upTo = (length: number, alignment: number): number => Math.ceil(length / alignment) * alignment;
