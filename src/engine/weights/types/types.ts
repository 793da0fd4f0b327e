import { EngineError } from '../../../shared/errors';
import type { TypeDefinition } from './definition';
import { floatTypes } from './floats';
import { iQuants } from './iQuants';
import { kQuants } from './kQuants';
import { legacyQuants } from './legacyQuants';

const definitions = { ...floatTypes, ...legacyQuants, ...kQuants, ...iQuants };

/** A type of tensor that can be read, by ggml's name. */
export type TensorType = keyof typeof definitions;

/** Every type that can be read. Each also has a function in `src/kernels` and a line in its `unpack.ts`. */
export const tensorTypes: Readonly<Record<TensorType, TypeDefinition>> = definitions;

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
