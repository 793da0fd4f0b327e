import { EmbeddingMatrix } from '../../../src/engine/weights/embedding';
import type { TensorInfo, Weights } from '../../../src/engine/weights/weights';

/** A matrix of float32 rows in a file of its own, which is an array. */
export function matrixOf(rows: Float32Array, columns: number): EmbeddingMatrix {
  const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
  const rowBytes = 4 * columns;
  const tensor = {
    name: 'rows',
    type: 'F32',
    shape: [rows.length / columns, columns],
    offset: 0,
    byteLength: bytes.length,
  } as TensorInfo;
  const part = (from: number, to: number, into?: (length: number) => Uint8Array) => {
    const part = bytes.subarray(from, to);
    if (!into) return part.slice();
    const target = into(part.length);
    target.set(part);
    return target;
  };
  const weights: Weights = {
    metadata: new Map(),
    tensors: new Map([['rows', tensor]]),
    unread: new Map(),
    fileBytes: bytes.length,
    read: (_, into) => part(0, bytes.length, into),
    readRows: (_, first, count, into) => part(first * rowBytes, (first + count) * rowBytes, into),
    close: () => undefined,
  };
  return new EmbeddingMatrix(weights, 'rows');
}
