import { EngineError } from '../../../shared/errors';
import type { TypeDefinition } from './definition';
import { bf16, f16, f32 } from './floats';
import { iq4NL, iq4XS } from './iQuants';
import { q2K, q3K, q4K, q5K, q6K } from './kQuants';
import { q4_0, q4_1, q5_0, q5_1, q8_0 } from './legacyQuants';

const definitions = {
  F32: f32,
  F16: f16,
  BF16: bf16,
  Q4_0: q4_0,
  Q4_1: q4_1,
  Q5_0: q5_0,
  Q5_1: q5_1,
  Q8_0: q8_0,
  Q2_K: q2K,
  Q3_K: q3K,
  Q4_K: q4K,
  Q5_K: q5K,
  Q6_K: q6K,
  IQ4_NL: iq4NL,
  IQ4_XS: iq4XS,
};

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
