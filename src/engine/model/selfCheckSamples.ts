import { randomLcg } from 'd3-random';
import type { SampleRows } from '../trunk/trunk';
import { dequantise, rowBytesOf, tensorTypes, type TensorType } from '../weights/types/types';
import type { TensorInfo, Weights } from '../weights/weights';

/** Rows of a matrix to compare, and the rows that kernels treat together. */
const sampled = 64;
const lanes = 16;
/** Columns to unpack: four of the longest blocks. */
const sampledColumns = 1024;

/** Ids of rows spread over a matrix and, evenly, over the sixteen lanes of a panel. */
export function sampleRows(vocabulary: number): number[] {
  const count = Math.min(sampled, vocabulary);
  const ids = Array.from({ length: count }, (_, i) => {
    const near = Math.floor(((i + 0.5) * vocabulary) / count);
    return Math.min(vocabulary - 1, near - (near % lanes) + (i % lanes));
  });
  return [...new Set(ids)];
}

/**
 * Vectors of 1 and −1, always the same. They weigh all entries of a row alike, so one wrong entry cannot hide behind
 * large ones.
 */
export function signVectors(count: number, length: number): Float32Array[] {
  const next = randomLcg(0.5);
  return Array.from({ length: count }, () => Float32Array.from({ length }, () => (next() < 0.5 ? -1 : 1)));
}

/** Rows of one matrix of each type in a file. */
export function samplesOf(weights: Weights): SampleRows[] {
  const byType = new Map<TensorType, TensorInfo>();
  for (const tensor of weights.tensors.values())
    if (tensor.shape.length === 2 && !byType.has(tensor.type)) byType.set(tensor.type, tensor);
  return Array.from(byType.values(), ({ name, type, shape }) => {
    const [rows, columns] = shape as [number, number];
    return {
      type,
      bytes: weights.readRows(name, 0, Math.min(sampled, rows)),
      rowBytes: rowBytesOf(type, columns),
      columns: Math.min(sampledColumns, columns),
    };
  });
}

/**
 * The largest difference between rows unpacked by the kernels, in groups of sixteen, and rows read plainly, as a
 * fraction of the largest number.
 */
export function unpackingDeviation({ type, bytes, rowBytes, columns }: SampleRows, unpacked: Float32Array): number {
  const width = (rowBytes / tensorTypes[type].bytes) * tensorTypes[type].length;
  const rows = bytes.length / rowBytes;
  const plain = new Float32Array(rows * width);
  dequantise(type, bytes, plain);
  let largest = 0;
  let apart = 0;
  for (let row = 0; row < rows; row++) {
    const group = Math.floor(row / lanes) * columns;
    for (let column = 0; column < columns; column++) {
      const expected = plain[row * width + column] as number;
      const found = unpacked[(group + column) * lanes + (row % lanes)] as number;
      largest = Math.max(largest, Math.abs(expected));
      // Math.max keeps NaN.
      apart = Math.max(apart, Math.abs(found - expected));
    }
  }
  return apart === 0 ? 0 : apart / largest;
}
