import { EngineError } from '../../../shared/errors';
import { type TypeDefinition, singleExponent } from './definition';
import { halfTable, u16 } from './half';
import { iQuants } from './iQuants';
import { kQuants } from './kQuants';
import { legacyQuants } from './legacyQuants';
import { tinyQuants } from './tinyQuants';

// The floating-point types: a block is one number.

const floatTypes = {
  F32: {
    ggufId: 0,
    length: 1,
    bytes: 4,
    floats: [2],
    exponent: singleExponent,
    unpack(bytes, into, at) {
      new Uint8Array(into.buffer, into.byteOffset + at * 4, bytes.length).set(bytes);
    },
  },
  F16: {
    ggufId: 1,
    length: 1,
    bytes: 2,
    floats: [0],
    unpack(bytes, into, at) {
      const half = halfTable();
      for (let from = 0, to = at; from < bytes.length; from += 2) into[to++] = half[u16(bytes, from)] as number;
    },
  },
  /** The upper half of float32. */
  BF16: {
    ggufId: 30,
    length: 1,
    bytes: 2,
    floats: [0],
    exponent: singleExponent,
    unpack(bytes, into, at) {
      const bits = new Uint32Array(into.buffer, into.byteOffset + at * 4, bytes.length / 2);
      for (let from = 0, to = 0; from < bytes.length; from += 2) bits[to++] = u16(bytes, from) << 16;
    },
  },
} satisfies Record<string, TypeDefinition>;

const definitions = { ...floatTypes, ...legacyQuants, ...kQuants, ...iQuants, ...tinyQuants };

/** A type of tensor that can be read, by ggml's name. */
export type TensorType = keyof typeof definitions;

/** Every type that can be read. Each also has a function in `src/kernels` and a line in its `unpack.ts`. */
export const tensorTypes: Readonly<Record<TensorType, TypeDefinition>> = definitions;

/** Those that files have. */
export const typesOfFiles = (Object.keys(definitions) as TensorType[]).filter((type) => !tensorTypes[type].inFile);

/** The type as the file has it, which may be one that is not read. */
export const typeInFile = (type: string): string => tensorTypes[type as TensorType]?.inFile?.type ?? type;

export const rowBytesOf = (type: TensorType, columns: number): number =>
  (columns / tensorTypes[type].length) * tensorTypes[type].bytes;

/**
 * Writes the numbers of whole blocks to `into` from `at` on, each rounded to float32 at most once. Throws
 * `EngineError('internal')` if the bytes are not whole blocks or the numbers do not fit.
 */
export function dequantise(type: TensorType, bytes: Uint8Array, into: Float32Array, at = 0): void {
  const { length, bytes: blockBytes, unpack } = tensorTypes[type];
  const count = (bytes.length / blockBytes) * length;
  if (!Number.isInteger(count))
    throw new EngineError(
      'internal',
      `${bytes.length} bytes are not a whole number of ${type} blocks of ${blockBytes} bytes.`,
    );
  if (at < 0 || at + count > into.length)
    throw new EngineError(
      'internal',
      `${count} numbers from the index ${at} on do not fit into an array of ${into.length}.`,
    );
  unpack(bytes, into, at);
}

/** The numbers of whole blocks, with the same errors. */
export function dequantised(type: TensorType, bytes: Uint8Array): Float32Array {
  const numbers = new Float32Array((bytes.length / tensorTypes[type].bytes) * tensorTypes[type].length);
  dequantise(type, bytes, numbers);
  return numbers;
}
