import { EngineError } from '../../shared/errors';
import { damaged, type Cursor } from './cursor';
import { readString } from './ggufStrings';
import { blocks, type TensorType } from './types';
import type { TensorInfo } from './weights';

/** Where the tensors' data lie in the file. */
export interface DataSection {
  readonly start: number;
  readonly length: number;
  readonly alignment: number;
}

/** The format's own bounds. */
const longestName = 64;
const mostDimensions = 4;

/** Types by their number in the format. */
const types: ReadonlyMap<number, TensorType> = new Map<number, TensorType>([
  [0, 'F32'],
  [1, 'F16'],
  [2, 'Q4_0'],
  [3, 'Q4_1'],
  [6, 'Q5_0'],
  [7, 'Q5_1'],
  [8, 'Q8_0'],
  [10, 'Q2_K'],
  [11, 'Q3_K'],
  [12, 'Q4_K'],
  [13, 'Q5_K'],
  [14, 'Q6_K'],
  [20, 'IQ4_NL'],
  [23, 'IQ4_XS'],
  [30, 'BF16'],
]);

/** Names of types that are known but not read, for the error that refuses them. */
const unread: ReadonlyMap<number, string> = new Map(
  Object.entries({ 9: 'Q8_1', 15: 'Q8_K', 16: 'IQ2_XXS', 17: 'IQ2_XS', 18: 'IQ3_XXS', 19: 'IQ1_S', 21: 'IQ3_S', 22: 'IQ2_S', 24: 'I8', 25: 'I16', 26: 'I32', 27: 'I64', 28: 'F64', 29: 'IQ1_M', 34: 'TQ1_0', 35: 'TQ2_0', 39: 'MXFP4' }).map(([number, name]) => [Number(number), name]),
);

/** `count` tensor descriptions; the data section is known once they are read. Offsets become absolute. */
export function readTensors(cursor: Cursor, count: number, dataSection: (headerEnd: number) => DataSection): Map<string, TensorInfo> {
  const tensors: TensorInfo[] = [];
  for (let i = 0; i < count; i++) tensors.push(readTensor(cursor, i));
  const section = dataSection(cursor.position);
  const placed = tensors.map((tensor) => place(tensor, section));
  checkOverlap(placed);
  const byName = new Map<string, TensorInfo>();
  for (const tensor of placed) {
    if (byName.has(tensor.name)) throw damaged(`The model file has two tensors named ${tensor.name}`);
    byName.set(tensor.name, tensor);
  }
  return byName;
}

/** One description; its offset still counts from the beginning of the data. */
function readTensor(cursor: Cursor, index: number): TensorInfo {
  const name = readString(cursor, `name of tensor ${index + 1}`, longestName);
  const shape = readShape(cursor, name);
  const type = readType(cursor, name);
  const offset = cursor.size(`offset of the tensor ${name}`);
  return { name, shape, type, offset, byteLength: byteLengthOf(name, shape, type) };
}

/** The file lists the columns first. */
function readShape(cursor: Cursor, name: string): number[] {
  const dimensions = cursor.u32(`dimensions of the tensor ${name}`);
  if (dimensions < 1 || dimensions > mostDimensions) throw damaged(`The tensor ${name} of the model file has ${dimensions} dimensions, not 1 to ${mostDimensions}`);
  const shape = Array.from({ length: dimensions }, () => cursor.size(`shape of the tensor ${name}`));
  if (shape.includes(0)) throw damaged(`The tensor ${name} of the model file has a dimension of 0`);
  return shape.reverse();
}

function readType(cursor: Cursor, name: string): TensorType {
  const number = cursor.u32(`type of the tensor ${name}`);
  const type = types.get(number);
  if (type) return type;
  const known = [...types.values()].join(', ');
  const found = unread.has(number) ? `${unread.get(number)} (${number})` : `${number}`;
  throw new EngineError('model-unsupported', `The tensor ${name} of the model file has the type ${found}; ${known} can be read. Choose another model.`);
}

function byteLengthOf(name: string, shape: readonly number[], type: TensorType): number {
  const { length, bytes } = blocks[type];
  const columns = shape.at(-1) as number;
  if (columns % length !== 0) throw damaged(`The tensor ${name} of the model file has ${columns} columns, no whole blocks of ${length}`);
  const byteLength = shape.reduce((product, size) => product * size, bytes) / length;
  if (!Number.isSafeInteger(byteLength)) throw damaged(`The tensor ${name} of the model file has more than 2^53 bytes`);
  return byteLength;
}

function place(tensor: TensorInfo, { start, length, alignment }: DataSection): TensorInfo {
  const { name, offset, byteLength } = tensor;
  if (offset % alignment !== 0) throw damaged(`The tensor ${name} of the model file begins at ${offset}, not at a multiple of ${alignment}`);
  if (offset + byteLength > length) throw damaged(`The model file ends before the end of its tensor ${name}`);
  return { ...tensor, offset: start + offset };
}

function checkOverlap(tensors: readonly TensorInfo[]): void {
  const inOrder = tensors.toSorted((a, b) => a.offset - b.offset);
  let end = 0;
  for (const { name, offset, byteLength } of inOrder) {
    if (offset < end) throw damaged(`The tensor ${name} of the model file overlaps the one before it`);
    end = offset + byteLength;
  }
}
