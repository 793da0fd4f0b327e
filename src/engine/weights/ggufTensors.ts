import type { Cursor } from './cursor';
import { endsBefore, repeatedField, wrongField } from './damaged';
import { readString } from './ggufMetadata';
import { tensorTypes, typesOfFiles, type TensorType } from './types/types';
import type { TensorInfo, UnreadTensor } from './weights';

/** The part of the file that holds the tensors' data. */
export interface DataSection {
  readonly start: number;
  readonly length: number;
  readonly alignment: number;
}

/** The format's own limits. */
const longestName = 64;
const mostDimensions = 4;

/** Types that can be read, by their number in the format. */
const types: ReadonlyMap<number, TensorType> = new Map(typesOfFiles.map((type) => [tensorTypes[type].ggufId, type]));

/** Types that cannot be read: their names and blocks in ggml. */
const unreadTypes: ReadonlyMap<number, UnreadType> = new Map<number, UnreadType>([
  [9, { name: 'Q8_1', length: 32, bytes: 36 }],
  [15, { name: 'Q8_K', length: 256, bytes: 292 }],
  [24, { name: 'I8', length: 1, bytes: 1 }],
  [25, { name: 'I16', length: 1, bytes: 2 }],
  [26, { name: 'I32', length: 1, bytes: 4 }],
  [27, { name: 'I64', length: 1, bytes: 8 }],
  [28, { name: 'F64', length: 1, bytes: 8 }],
]);

interface Block {
  readonly length: number;
  readonly bytes: number;
}

interface UnreadType extends Block {
  readonly name: string;
}

/** An unknown type up to this number may be newer than this reader. A larger number is damage. */
const largestType = 255;

/** Tensors by name, those of types that cannot be read apart. */
interface Tensors {
  readonly read: ReadonlyMap<string, TensorInfo>;
  readonly unread: ReadonlyMap<string, UnreadTensor>;
}

/** Reads `count` tensor descriptions into `tensors`, and returns them with absolute offsets. */
export function readGgufTensors(
  cursor: Cursor,
  count: number,
  dataSection: (headerEnd: number) => DataSection,
  tensors: (TensorInfo | UnreadTensor)[],
): Tensors {
  for (let i = 0; i < count; i++) tensors.push(readTensor(cursor, i));
  const section = dataSection(cursor.position);
  const placed = tensors.map((tensor) => place(tensor, section));
  checkOverlap(placed);
  const names = new Set<string>();
  for (const { name } of placed) {
    if (names.has(name)) throw repeatedField(name);
    names.add(name);
  }
  return {
    read: new Map(placed.filter(isRead).map((tensor) => [tensor.name, tensor])),
    unread: new Map(placed.filter((tensor) => !isRead(tensor)).map((tensor) => [tensor.name, tensor])),
  };
}

const isRead = (tensor: TensorInfo | UnreadTensor): tensor is TensorInfo => tensor.type in tensorTypes;

/** One description. Its offset counts from the beginning of the data section. */
function readTensor(cursor: Cursor, index: number): TensorInfo | UnreadTensor {
  const name = readString(cursor, `tensor_infos[${index}].name`, longestName);
  const shape = readShape(cursor, name);
  const number = cursor.u32(`${name} (type)`);
  const offset = cursor.size(`${name} (offset)`);
  const type = types.get(number);
  if (type) return { name, shape, type, offset, byteLength: byteLengthOf(name, shape, tensorTypes[type]) };
  if (number > largestType) throw wrongField(`${name} (type)`, number, `≤ ${largestType}`);
  const unread = unreadTypes.get(number);
  // The length of an unknown type's data is unknown. Its offset is checked all the same.
  return {
    name,
    shape,
    type: unread?.name ?? `GGML ${number}`,
    offset,
    byteLength: unread ? byteLengthOf(name, shape, unread) : 0,
  };
}

/** Rows come first in our shapes, last in the file. */
function readShape(cursor: Cursor, name: string): number[] {
  const dimensions = cursor.u32(`${name} (n_dimensions)`);
  if (dimensions < 1 || dimensions > mostDimensions)
    throw wrongField(`${name} (n_dimensions)`, dimensions, `1…${mostDimensions}`);
  const shape = Array.from({ length: dimensions }, () => cursor.size(`${name} (dimensions)`));
  if (shape.includes(0)) throw wrongField(`${name} (dimensions)`, 0, '≥ 1');
  return shape.reverse();
}

function byteLengthOf(name: string, shape: readonly number[], { length, bytes }: Block): number {
  const columns = shape.at(-1) as number;
  if (columns % length !== 0) throw wrongField(`${name} (columns)`, columns, `${length}n`);
  const byteLength = shape.reduce((product, size) => product * size, bytes) / length;
  if (!Number.isSafeInteger(byteLength)) throw wrongField(`${name} (bytes)`, byteLength, '< 2^53');
  return byteLength;
}

function place<T extends TensorInfo | UnreadTensor>(tensor: T, { start, length, alignment }: DataSection): T {
  const { name, offset, byteLength } = tensor;
  if (offset % alignment !== 0) throw wrongField(`${name} (offset)`, offset, `${alignment}n`);
  if (offset + byteLength > length) throw endsBefore(name);
  return { ...tensor, offset: start + offset };
}

function checkOverlap(tensors: readonly (TensorInfo | UnreadTensor)[]): void {
  const inOrder = tensors.toSorted((a, b) => a.offset - b.offset);
  let end = 0;
  for (const { name, offset, byteLength } of inOrder) {
    if (offset < end) throw wrongField(`${name} (offset)`, offset, `≥ ${end}`);
    end = offset + byteLength;
  }
}
