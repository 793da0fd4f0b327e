import type { Allowance } from './allowance';
import { damaged, type Cursor } from './cursor';

const decoder = () => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Of all texts of a list, ten times those of the largest tokenizers. */
const mostBytes = 64 * 1024 * 1024;

/** A string: its length in bytes, then UTF-8. Its place in memory is taken from the allowance, if there is one. */
export function readString(cursor: Cursor, what: string, longest: number, left?: Allowance): string {
  const length = lengthOf(cursor, what, longest);
  left?.text(length, what);
  return decode(cursor.bytes(length, what), what);
}

/**
 * Many strings. They are laid end to end and decoded at once, which is five times faster than one by one: the
 * vocabulary and the merges of a model are a hundred thousand short strings.
 */
export function readStrings(cursor: Cursor, count: number, what: string, longest: number, left: Allowance): string[] {
  const ends = new Float64Array(count);
  let joined = new Uint8Array(Math.min(8 * count + 64, cursor.remaining));
  let bytes = 0;
  let units = 0;
  for (let i = 0; i < count; i++) {
    const length = lengthOf(cursor, what, longest);
    if (bytes + length > mostBytes)
      throw damaged(`The ${what} in the model file lists texts of more than ${mostBytes} bytes`);
    left.text(length, what);
    const string = cursor.bytes(length, what);
    // All strings together are valid UTF-8 and none begins within a character: so each is valid by itself.
    if (length > 0 && isContinuation(string[0] as number)) throw notText(what);
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
  return Array.from(ends, (end) => text.slice(start, (start = end)));
}

function lengthOf(cursor: Cursor, what: string, longest: number): number {
  const length = cursor.size(what);
  if (length > longest) throw damaged(`The ${what} in the model file is ${length} bytes long, more than ${longest}`);
  return length;
}

function decode(bytes: Uint8Array, what: string): string {
  try {
    return decoder().decode(bytes);
  } catch {
    throw notText(what);
  }
}

const notText = (what: string) => damaged(`The ${what} in the model file is not valid UTF-8`);
const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80;
/** UTF-16 units of the character that a byte of UTF-8 begins; 0 within a character. */
const unitsBegunBy = (byte: number): number => (isContinuation(byte) ? 0 : byte >= 0xf0 ? 2 : 1);

function grown(bytes: Uint8Array, atLeast: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(atLeast, 2 * bytes.length));
  larger.set(bytes);
  return larger;
}
