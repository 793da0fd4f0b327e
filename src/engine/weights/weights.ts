import type { EngineError } from '../../shared/errors';
import type { FileOfModel, ModelSource } from '../../shared/model';
import { missingField, unreadField, wrongField } from './damaged';
import { typesOfFiles, type TensorType } from './types/types';

/** Provides memory of the requested length to read into. */
export type Into = (length: number) => Uint8Array;

export interface Weights {
  readonly metadata: ReadonlyMap<string, MetadataValue>;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** Tensors of types that cannot be read. They are refused only when needed. */
  readonly unread: ReadonlyMap<string, UnreadTensor>;
  readonly fileBytes: number;
  /** The files that hold the tensors. */
  readonly files?: readonly FileOfModel[];
  /** The model on the Hub of which these are the geometry alone. */
  readonly source?: ModelSource;
  /** Products beside matrices, by the names of the matrices: those of an adapter. */
  readonly thin?: ReadonlyMap<string, ThinProduct>;
  /** Why the model cannot run although its tensors can be read, if known beforehand. */
  readonly refusal?: EngineError;
  /**
   * The stored bytes of whole rows of a tensor. A vector is one row. Throws if the tensor or a row does not exist, or
   * if a number is not finite.
   */
  readRows(name: string, first: number, count: number, into?: Into): Uint8Array;
  /** The stored bytes of a whole tensor, with the same checks. */
  read(name: string, into?: Into): Uint8Array;
  close(): void;
}

export interface TensorInfo {
  readonly name: string;
  /** Row-major: `[rows, columns]` for a matrix, `[columns]` for a vector. */
  readonly shape: readonly number[];
  readonly type: TensorType;
  /** Offset of the first byte in the file. */
  readonly offset: number;
  readonly byteLength: number;
}

/** B·A of two thin matrices in the same weights, beside a matrix W: own ⊙ W·x + added ⊙ B·(scale · A·x). */
export interface ThinProduct {
  /** A: r × columns of W. */
  readonly down: TensorInfo;
  /** B: rows of W × r. */
  readonly up: TensorInfo;
  readonly scale: number;
  /** As long as W has rows; 1 if absent. */
  readonly factors?: { readonly own: Float32Array; readonly added: Float32Array };
}

export interface UnreadTensor extends Omit<TensorInfo, 'type'> {
  /** ggml's name, or `GGML 99`. `byteLength` is 0 for a type without a name here. */
  readonly type: string;
}

/** 64-bit integers are numbers if that is exact, else `bigint`. */
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

/** The finite number under a key. Throws if there is none. */
export function keyNumber(weights: Weights, key: string): number {
  const value = weights.metadata.get(key);
  if (typeof value !== 'number' || !Number.isFinite(value)) throw unexpected(key, value, 'number');
  return value;
}

export function numberOr(weights: Weights, key: string, fallback: number): number {
  return weights.metadata.has(key) ? keyNumber(weights, key) : fallback;
}

export function stringOf(weights: Weights, key: string): string {
  const value = weights.metadata.get(key);
  if (typeof value !== 'string') throw unexpected(key, value, 'string');
  return value;
}

export function stringsOf(weights: Weights, key: string): readonly string[] {
  const value = weights.metadata.get(key);
  if (!Array.isArray(value) || !value.every((item): item is string => typeof item === 'string'))
    throw unexpected(key, value, 'string[]');
  return value;
}

export function booleanOr(weights: Weights, key: string, fallback: boolean): boolean {
  const value = weights.metadata.get(key);
  if (value === undefined) return fallback;
  if (typeof value !== 'boolean') throw unexpected(key, value, 'true, false');
  return value;
}

/**
 * Throws `EngineError('model-unsupported')` for a type that cannot be read, `EngineError('model-damaged')` if there is
 * no such tensor.
 */
export function tensorOf(weights: Weights, name: string): TensorInfo {
  const tensor = weights.tensors.get(name);
  const unread = weights.unread.get(name);
  if (unread) throw unreadField(`${name} (type)`, unread.type, typesOfFiles.join(', '));
  if (!tensor) throw missingField(name, 'tensor');
  return tensor;
}

/** The layer of a tensor by its name in GGUF; undefined outside the layers. */
export const layerOfTensor = (name: string): number | undefined => {
  const layer = /^blk\.(\d+)\./.exec(name)?.[1];
  return layer === undefined ? undefined : Number(layer);
};

/** `expected` names the sides: `V × 576`. */
export const wrongShape = ({ name, shape }: Pick<TensorInfo, 'name' | 'shape'>, expected: string): EngineError =>
  wrongField(`${name} (shape)`, shape.join(' × '), expected);

/** The error for a key that is missing or holds something else than `expected`. */
export function unexpected(key: string, value: MetadataValue | undefined, expected: string): EngineError {
  if (value === undefined) return missingField(key, expected);
  const text = typeof value === 'string' ? `"${value.slice(0, 40)}"` : value;
  return wrongField(key, typeof text === 'object' ? `[…] (${text.length})` : text, expected);
}
