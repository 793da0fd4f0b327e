import type { Signal } from '../../shared/engine';
import { ReusedBuffer, sameBytes } from '../arrays/bytes';
import { pause } from '../tasks/pause';
import { dequantise, rowBytesOf, type TensorType } from './types/types';
import { tensorOf, wrongShape, type Into, type TensorInfo, type Weights } from './weights';

/** Numbers of all cached rows together: 2,048 rows of the default model. */
const cachedNumbers = 2048 * 576;
const rowsAtATime = 1024;

/**
 * A V × d matrix in the model file. Rows are read by range and dequantised exactly. The whole matrix is never in
 * memory.
 */
export class EmbeddingMatrix {
  readonly vocabulary: number;
  readonly dimensions: number;
  readonly #tensor: TensorInfo;
  readonly #buffer = new ReusedBuffer();
  readonly #cache = new Map<number, Float32Array>();
  #copy: ((first: number, count: number) => Uint8Array) | null = null;

  constructor(
    private readonly weights: Weights,
    readonly name: string,
  ) {
    this.#tensor = tensorOf(weights, name);
    const [vocabulary, dimensions] = this.#tensor.shape;
    if (this.#tensor.shape.length !== 2 || !vocabulary || !dimensions) throw wrongShape(this.#tensor, 'V × d');
    this.vocabulary = vocabulary;
    this.dimensions = dimensions;
  }

  get type(): TensorType {
    return this.#tensor.type;
  }

  get rowBytes(): number {
    return rowBytesOf(this.type, this.dimensions);
  }

  /** `count` rows from `first` on, as the file stores them. */
  stored(first: number, count: number, into?: Into): Uint8Array {
    if (!this.#copy) return this.weights.readRows(this.name, first, count, into);
    const rows = this.#copy(first, count);
    if (!into) return rows;
    const target = into(rows.length);
    target.set(rows);
    return target;
  }

  /** Reads rows from a copy of the whole stored matrix instead of the file. `null` returns to the file. */
  useCopy(copy: ((first: number, count: number) => Uint8Array) | null): void {
    this.#copy = copy;
  }

  /** One row, `dimensions` long. Read-only: it is cached. */
  row(id: number): Float32Array {
    const known = this.#cache.get(id);
    if (known) return known;
    const made = this.block(id, 1);
    if (this.#cache.size >= Math.max(64, cachedNumbers / this.dimensions))
      this.#cache.delete(this.#cache.keys().next().value as number);
    this.#cache.set(id, made);
    return made;
  }

  /** The rows of several tokens, `ids × dimensions`. */
  rows(ids: ArrayLike<number>): Float32Array {
    const matrix = new Float32Array(ids.length * this.dimensions);
    for (let i = 0; i < ids.length; i++) matrix.set(this.row(ids[i] as number), i * this.dimensions);
    return matrix;
  }

  /** Whether another matrix of the same shape holds the same bytes. Stops at the first difference. */
  async equals(other: EmbeddingMatrix, signal?: Signal): Promise<boolean> {
    if (this.#tensor.type !== other.#tensor.type) return false;
    for (let first = 0; first < this.vocabulary; first += rowsAtATime) {
      const bytes = (matrix: EmbeddingMatrix) => matrix.stored(first, Math.min(rowsAtATime, this.vocabulary - first));
      if (!sameBytes(bytes(this), bytes(other))) return false;
      await pause(signal);
    }
    return true;
  }

  /** `count` rows from `first` on, dequantised. */
  block(first: number, count: number, into = new Float32Array(count * this.dimensions)): Float32Array {
    dequantise(
      this.#tensor.type,
      this.#copy
        ? this.#copy(first, count)
        : this.weights.readRows(this.name, first, count, (length) => this.#buffer.bytes(length)),
      into,
    );
    return into;
  }

  /** Yields the whole matrix, some rows at a time. The rows are valid until the next step. */
  *blocks(): Generator<{ readonly first: number; readonly rows: Float32Array }> {
    const room = new Float32Array(Math.min(rowsAtATime, this.vocabulary) * this.dimensions);
    for (let first = 0; first < this.vocabulary; first += rowsAtATime) {
      const count = Math.min(rowsAtATime, this.vocabulary - first);
      yield { first, rows: this.block(first, count, room.subarray(0, count * this.dimensions)) };
    }
  }
}
