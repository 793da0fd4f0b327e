import { Allowance } from './allowance';
import { damaged, type Cursor } from './cursor';
import { readString, readStrings } from './ggufStrings';
import type { MetadataValue, NumberArray } from './weights';

/** The format's own bound on a key. */
const longestKey = 65_535;
const longestString = 16 * 1024 * 1024;
const deepestArray = 4;
/** Eight times the merges of the largest tokenizers: a damaged count must not fill the memory. */
const longestArray = 2 ** 22;

/** What a key or a list takes in memory beside what it holds. */
const perValue = 100;

/** Value types by their number in the format. */
const stringType = 8;
const arrayType = 9;
const booleanType = 7;

interface NumberType {
  readonly bytes: number;
  /** `bytes` are a copy of their own that begins at the buffer's beginning. */
  readonly array: (buffer: ArrayBuffer) => NumberArray;
}

const numberTypes: ReadonlyMap<number, NumberType> = new Map<number, NumberType>([
  [0, { bytes: 1, array: (buffer) => new Uint8Array(buffer) }],
  [1, { bytes: 1, array: (buffer) => new Int8Array(buffer) }],
  [2, { bytes: 2, array: (buffer) => new Uint16Array(buffer) }],
  [3, { bytes: 2, array: (buffer) => new Int16Array(buffer) }],
  [4, { bytes: 4, array: (buffer) => new Uint32Array(buffer) }],
  [5, { bytes: 4, array: (buffer) => new Int32Array(buffer) }],
  [6, { bytes: 4, array: (buffer) => new Float32Array(buffer) }],
  [10, { bytes: 8, array: (buffer) => new BigUint64Array(buffer) }],
  [11, { bytes: 8, array: (buffer) => new BigInt64Array(buffer) }],
  [12, { bytes: 8, array: (buffer) => new Float64Array(buffer) }],
]);

/** `count` keys with their values, in the file's order. A key that comes twice is refused. */
export function readMetadata(cursor: Cursor, count: number): Map<string, MetadataValue> {
  const metadata = new Map<string, MetadataValue>();
  const left = new Allowance();
  for (let i = 0; i < count; i++) {
    const key = readString(cursor, `key ${i + 1}`, longestKey, left);
    const what = `value of ${key.slice(0, 80)}`;
    if (metadata.has(key)) throw damaged(`The model file has two values for the key ${key.slice(0, 80)}`);
    left.bytes(perValue, what);
    metadata.set(key, readValue(cursor, cursor.u32(`type of the ${what}`), what, left));
  }
  return metadata;
}

function readValue(cursor: Cursor, type: number, what: string, left: Allowance): MetadataValue {
  if (type === stringType) return readString(cursor, what, longestString, left);
  if (type === booleanType) return readBoolean(cursor, what);
  if (type === arrayType) return readArray(cursor, what, left, 1);
  const value = readNumbers(cursor, type, 1, what)[0] as number | bigint;
  return typeof value === 'bigint' && BigInt(Number(value)) === value && Number.isSafeInteger(Number(value))
    ? Number(value)
    : value;
}

function readArray(cursor: Cursor, what: string, left: Allowance, depth: number): MetadataValue {
  if (depth > deepestArray)
    throw damaged(`The ${what} in the model file holds lists in lists more than ${deepestArray} deep`);
  const type = cursor.u32(`type of the ${what}`);
  const count = cursor.count(`length of the ${what}`, smallest(type, what));
  if (count > longestArray)
    throw damaged(`The ${what} in the model file lists ${count} entries, more than ${longestArray}`);
  spend(left, type, count, what);
  if (type === stringType) return readStrings(cursor, count, what, longestString, left);
  if (type === booleanType) return Array.from({ length: count }, () => readBoolean(cursor, what));
  if (type === arrayType) return Array.from({ length: count }, () => readArray(cursor, what, left, depth + 1));
  return readNumbers(cursor, type, count, what);
}

function spend(left: Allowance, type: number, count: number, what: string): void {
  if (type === arrayType) left.innerLists(count, what);
  else if (type === stringType || type === booleanType) left.entries(count, what);
  left.bytes(count * kept(type, what), what);
}

/** The fewest bytes that a value of a type takes in a list. */
function smallest(type: number, what: string): number {
  if (type === stringType) return 8;
  if (type === arrayType) return 12;
  return type === booleanType ? 1 : numberType(type, what).bytes;
}

/** Bytes of memory that an entry of a list takes; a text takes its characters besides. */
function kept(type: number, what: string): number {
  if (type === arrayType) return perValue;
  return type === stringType || type === booleanType ? 8 : numberType(type, what).bytes;
}

function readNumbers(cursor: Cursor, type: number, count: number, what: string): NumberArray {
  const { bytes, array } = numberType(type, what);
  return array(new Uint8Array(cursor.bytes(count * bytes, what)).buffer);
}

function readBoolean(cursor: Cursor, what: string): boolean {
  const byte = cursor.u8(what);
  if (byte > 1) throw damaged(`The ${what} in the model file is ${byte} where 0 or 1 was expected`);
  return byte === 1;
}

function numberType(type: number, what: string): NumberType {
  const found = numberTypes.get(type);
  if (!found) throw damaged(`The ${what} in the model file has the unknown type ${type}`);
  return found;
}
