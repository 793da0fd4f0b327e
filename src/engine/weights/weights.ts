import { EngineError } from '../../shared/errors';
import { tensorTypes, type TensorType } from './types/types';

/** Where bytes are to be read to: gives memory of the length that it is asked for. */
export type Into = (length: number) => Uint8Array;

/** A model's weights file behind the reader of its format. */
export interface Weights {
  readonly metadata: ReadonlyMap<string, MetadataValue>;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** Tensors of types that are not read here: they are refused when one of them is needed, not before. */
  readonly unread: ReadonlyMap<string, UnreadTensor>;
  readonly fileBytes: number;
  /** Why the model cannot be run although its tensors can be read, where that is known beforehand. */
  readonly refusal?: EngineError;
  /**
   * Raw bytes of whole rows of a tensor; a vector is one row. Throws when the tensor or the rows are not there, or are
   * not all finite numbers.
   */
  readRows(name: string, first: number, count: number, into?: Into): Uint8Array;
  /** Raw bytes of a whole tensor, on the same terms. */
  read(name: string, into?: Into): Uint8Array;
  close(): void;
}

export interface TensorInfo {
  readonly name: string;
  /** Row-major: `[rows, columns]` for a matrix, `[columns]` for a vector. */
  readonly shape: readonly number[];
  readonly type: TensorType;
  /** Of the first byte, counted from the beginning of the file. */
  readonly offset: number;
  readonly byteLength: number;
}

/** A tensor whose numbers cannot be had. */
export interface UnreadTensor extends Omit<TensorInfo, 'type'> {
  /** As ggml names it, or its number in words. `byteLength` is 0 where the type has no name here. */
  readonly type: string;
}

/** 64-bit integers are numbers where that is exact, else `bigint`. */
export type MetadataValue = number | bigint | boolean | string | NumberArray | readonly MetadataValue[];

export type NumberArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigUint64Array
  | BigInt64Array;

/** The finite number under a key; throws when there is none. */
export function numberOf(weights: Weights, key: string): number {
  const value = weights.metadata.get(key);
  if (typeof value !== 'number' || !Number.isFinite(value)) throw unexpected(key, value, 'a number');
  return value;
}

export function numberOr(weights: Weights, key: string, fallback: number): number {
  return weights.metadata.has(key) ? numberOf(weights, key) : fallback;
}

export function stringOf(weights: Weights, key: string): string {
  const value = weights.metadata.get(key);
  if (typeof value !== 'string') throw unexpected(key, value, 'a text');
  return value;
}

export function stringsOf(weights: Weights, key: string): readonly string[] {
  const value = weights.metadata.get(key);
  if (!Array.isArray(value) || !value.every((item): item is string => typeof item === 'string'))
    throw unexpected(key, value, 'a list of texts');
  return value;
}

export function booleanOr(weights: Weights, key: string, fallback: boolean): boolean {
  const value = weights.metadata.get(key);
  if (value === undefined) return fallback;
  if (typeof value !== 'boolean') throw unexpected(key, value, 'true or false');
  return value;
}

/**
 * Throws `EngineError('model-unsupported')` for a tensor of a type that is not read, `EngineError('model-damaged')` for
 * none.
 */
export function tensorOf(weights: Weights, name: string): TensorInfo {
  const tensor = weights.tensors.get(name);
  const unread = weights.unread.get(name);
  if (unread)
    throw new EngineError(
      'model-unsupported',
      `The tensor ${name} of the model file has the type ${unread.type}; ${Object.keys(tensorTypes).join(', ')} can be read. Choose another model.`,
    );
  if (!tensor)
    throw new EngineError(
      'model-damaged',
      `The model file has no tensor ${name}. Copy the file again or choose another model.`,
    );
  return tensor;
}

/** For a key that is missing, or holds something else than was `expected`, which is in words. */
export function unexpected(key: string, value: MetadataValue | undefined, expected: string): EngineError {
  const found = value === undefined ? 'is missing' : `holds ${describe(value)}`;
  return new EngineError(
    'model-damaged',
    `The model file's key ${key} ${found}; ${expected} was expected. Copy the file again or choose another model.`,
  );
}

function describe(value: MetadataValue): string {
  if (typeof value === 'string') return 'a text';
  return typeof value === 'object' ? 'a list' : String(value);
}
