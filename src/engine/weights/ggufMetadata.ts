import type { Cursor } from './cursor';
import { invalidField, repeatedField, wrongField } from './damaged';
import type { MetadataValue, NumberArray } from './weights';

const MiB = 2 ** 20;

/** The format's own limit for a key. */
const longestKey = 65_535;
const longestString = 16 * MiB;
const deepestArray = 4;
/** Eight times the merges of the largest tokenizers: a damaged count must not fill the memory. */
const longestArray = 2 ** 22;
/** Bytes of all strings of one list: ten times those of the largest tokenizers. */
const mostListBytes = 64 * MiB;

/**
 * Limits for all keys of a header together. The largest vocabularies with their merges take a fifth of the bytes and
 * half of the entries.
 */
const mostBytes = 256 * MiB;
/** Strings and booleans in lists. */
const mostEntries = 1_500_000;
const mostInnerLists = 2 ** 16;

/** Bytes of memory that a key or a list takes besides its contents. */
const bytesPerValue = 100;
/** Bytes of memory that a string takes besides its characters, and for each byte of UTF-8. */
const bytesPerString = 32;
const bytesPerByte = 2;

/**
 * What the keys of one header may still take of time and memory. The methods throw `EngineError('model-damaged')`
 * before anything too large is kept; `what` names it.
 */
class Allowance {
  /** `mostKept`: texts of a list that anybody looks at; the others are checked and left out. */
  constructor(readonly mostKept: number) {}

  #bytes = mostBytes;
  #entries = mostEntries;
  #innerLists = mostInnerLists;

  bytes(count: number, what: string): void {
    this.#bytes -= count;
    if (this.#bytes < 0) throw wrongField(`${what} (Σ bytes)`, mostBytes - this.#bytes, `≤ ${mostBytes}`);
  }

  /** A string of `length` bytes of UTF-8. */
  string(length: number, what: string): void {
    this.bytes(bytesPerString + bytesPerByte * length, what);
  }

  entries(count: number, what: string): void {
    this.#entries -= count;
    if (this.#entries < 0) throw wrongField(`${what} (Σ strings)`, mostEntries - this.#entries, `≤ ${mostEntries}`);
  }

  innerLists(count: number, what: string): void {
    this.#innerLists -= count;
    if (this.#innerLists < 0)
      throw wrongField(`${what} (Σ arrays)`, mostInnerLists - this.#innerLists, `≤ ${mostInnerLists}`);
  }
}

/** Value types by their number in the format. */
const stringType = 8;
const arrayType = 9;
const booleanType = 7;

interface NumberType {
  readonly bytes: number;
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

/**
 * `count` keys with their values, in the file's order, into `metadata`. A repeated key is damage. Lists of texts have
 * holes beyond `mostKept`.
 */
export function readMetadata(
  cursor: Cursor,
  count: number,
  metadata: Map<string, MetadataValue>,
  mostKept = Infinity,
): Map<string, MetadataValue> {
  const allowance = new Allowance(mostKept);
  for (let i = 0; i < count; i++) {
    const key = readString(cursor, `metadata_kv[${i}].key`, longestKey, allowance);
    const what = key.slice(0, 80);
    if (metadata.has(key)) throw repeatedField(what);
    allowance.bytes(bytesPerValue, what);
    metadata.set(key, readValue(cursor, cursor.u32(`${what} (type)`), what, allowance));
  }
  return metadata;
}

function readValue(cursor: Cursor, type: number, what: string, allowance: Allowance): MetadataValue {
  if (type === stringType) return readString(cursor, what, longestString, allowance);
  if (type === booleanType) return readBoolean(cursor, what);
  if (type === arrayType) return readArray(cursor, what, allowance, 1);
  const value = readNumbers(cursor, type, 1, what)[0] as number | bigint;
  return typeof value === 'bigint' && BigInt(Number(value)) === value && Number.isSafeInteger(Number(value))
    ? Number(value)
    : value;
}

function readArray(cursor: Cursor, what: string, allowance: Allowance, depth: number): MetadataValue {
  if (depth > deepestArray) throw wrongField(`${what} (depth)`, depth, `≤ ${deepestArray}`);
  const type = cursor.u32(`${what} (type)`);
  const count = cursor.count(`${what} (len)`, smallestEntry(type, what), longestArray);
  if (type === arrayType) allowance.innerLists(count, what);
  else if (type === stringType || type === booleanType) allowance.entries(count, what);
  allowance.bytes(count * memoryPerEntry(type, what), what);
  if (type === stringType) return readStrings(cursor, count, what, longestString, allowance);
  if (type === booleanType) return Array.from({ length: count }, () => readBoolean(cursor, what));
  if (type === arrayType) return Array.from({ length: count }, () => readArray(cursor, what, allowance, depth + 1));
  return readNumbers(cursor, type, count, what);
}

/** The fewest bytes of the file that an entry of a list takes. */
function smallestEntry(type: number, what: string): number {
  if (type === stringType) return 8;
  if (type === arrayType) return 12;
  return type === booleanType ? 1 : numberType(type, what).bytes;
}

/** Bytes of memory that an entry of a list takes, without the characters of a string. */
function memoryPerEntry(type: number, what: string): number {
  if (type === arrayType) return bytesPerValue;
  return type === stringType || type === booleanType ? 8 : numberType(type, what).bytes;
}

function readNumbers(cursor: Cursor, type: number, count: number, what: string): NumberArray {
  const { bytes, array } = numberType(type, what);
  // A copy, which begins where its buffer begins.
  return array(new Uint8Array(cursor.bytes(count * bytes, what)).buffer);
}

function readBoolean(cursor: Cursor, what: string): boolean {
  const byte = cursor.u8(what);
  if (byte > 1) throw wrongField(what, byte, '0, 1');
  return byte === 1;
}

function numberType(type: number, what: string): NumberType {
  const found = numberTypes.get(type);
  if (!found) throw wrongField(`${what} (type)`, type, '0…12');
  return found;
}

/** A string: its length in bytes, then UTF-8. */
export function readString(cursor: Cursor, what: string, longest: number, allowance?: Allowance): string {
  const length = readLength(cursor, { lengthOf: `${what} (len)`, longest });
  allowance?.string(length, what);
  return decode(cursor.bytes(length, what), what);
}

/**
 * Many strings. They are joined and decoded at once, which is five times faster than one by one: a model's vocabulary
 * and merges are a hundred thousand short strings.
 */
function readStrings(cursor: Cursor, count: number, what: string, longest: number, allowance: Allowance): string[] {
  const ends = new Float64Array(count);
  let joined = new Uint8Array(Math.min(8 * count + 64, cursor.remaining));
  let bytes = 0;
  let units = 0;
  // Made once: a vocabulary has a hundred thousand strings.
  const limits = { lengthOf: `${what} (len)`, longest };
  for (let i = 0; i < count; i++) {
    const length = readLength(cursor, limits);
    if (bytes + length > mostListBytes) throw wrongField(`${what} (Σ bytes)`, bytes + length, `≤ ${mostListBytes}`);
    allowance.string(length, what);
    const string = cursor.bytes(length, what);
    // If the joined strings are valid UTF-8 and none begins within a character, each is valid by itself.
    if (length > 0 && isContinuation(string[0] as number)) throw invalidField(what, 'UTF-8');
    if (bytes + length > joined.length) joined = grown(joined, bytes + length);
    for (let k = 0; k < length; k++) {
      const byte = string[k] as number;
      joined[bytes++] = byte;
      units += unitsBegunBy(byte);
    }
    ends[i] = units;
  }
  const text = decode(joined.subarray(0, bytes), what);
  let start = 0;
  const strings = Array.from(ends.subarray(0, allowance.mostKept), (end) => text.slice(start, (start = end)));
  strings.length = count;
  return strings;
}

interface StringLimits {
  readonly lengthOf: string;
  /** Bytes. */
  readonly longest: number;
}

function readLength(cursor: Cursor, { lengthOf, longest }: StringLimits): number {
  const length = cursor.size(lengthOf);
  if (length > longest) throw wrongField(lengthOf, length, `≤ ${longest}`);
  return length;
}

function decode(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw invalidField(what, 'UTF-8');
  }
}

const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80;
/** UTF-16 units of the character that a byte of UTF-8 begins; 0 within a character. */
const unitsBegunBy = (byte: number): number => (isContinuation(byte) ? 0 : byte >= 0xf0 ? 2 : 1);

function grown(bytes: Uint8Array, atLeast: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(atLeast, 2 * bytes.length));
  larger.set(bytes);
  return larger;
}
