import { extent, mean } from 'd3-array';
import type { TensorRequest, TensorStatistics } from '../../shared/contents';
import type { Control } from '../../shared/engine';
import { EngineError, modelUnsupported } from '../../shared/errors';
import { pause } from '../tasks/pause';
import { dequantise, rowBytesOf } from '../weights/types/types';
import { tensorOf, type TensorInfo, type Weights } from '../weights/weights';
import { openContents } from './contents';
import { namingFile } from './modelFile';

/** Numbers that are read at a time. */
const together = 2 ** 20;
const bins = 60;
/** A row is read whole, so the memory that its numbers take is bounded. */
export const longestRow = 2 ** 26;
/** Rows whose sizes are kept; a tensor of more has none told. */
const mostRows = 2 ** 22;

/** Reads all numbers of a tensor, a few megabytes at a time. Throws an `EngineError` if its type cannot be read. */
export async function tensorStatistics(
  { path, name }: TensorRequest,
  { signal, onProgress }: Control,
): Promise<TensorStatistics> {
  const { weights, damage } = openContents(path);
  try {
    if (damage !== null) throw new EngineError('model-damaged', damage);
    return await statisticsOf(weights, tensorOf(weights, name), signal, (fraction) =>
      onProgress?.({ stage: 'header', fraction }),
    );
  } catch (error) {
    throw namingFile(path, error);
  } finally {
    weights.close();
  }
}

async function statisticsOf(
  weights: Weights,
  { name, shape, type, byteLength }: TensorInfo,
  signal: Control['signal'],
  onFraction: (fraction: number) => void,
): Promise<TensorStatistics> {
  const columns = shape.at(-1) as number;
  if (columns > longestRow)
    throw modelUnsupported`The tensor ${name} has ${columns} numbers in a row; at most ${longestRow} can be read at a time. Choose another tensor.`;
  const rows = byteLength / rowBytesOf(type, columns);
  const step = Math.max(1, Math.floor(together / columns));
  const room = new Float32Array(Math.min(step, rows) * columns);
  const sizes = shape.length > 1 && rows <= mostRows ? new Float64Array(rows) : null;
  let [count, least, most, zeros, average, squares] = [0, Infinity, -Infinity, 0, 0, 0];
  for (let first = 0; first < rows; first += step) {
    const read = Math.min(step, rows - first);
    const numbers = room.subarray(0, read * columns);
    dequantise(type, weights.readRows(name, first, read), numbers);
    let sum = 0;
    for (let row = 0; row < read; row++) {
      let ofRow = 0;
      for (let i = row * columns; i < (row + 1) * columns; i++) {
        const number = numbers[i] as number;
        if (number < least) least = number;
        if (number > most) most = number;
        if (number === 0) zeros++;
        sum += number;
        ofRow += number * number;
      }
      if (sizes) sizes[first + row] = Math.sqrt(ofRow);
    }
    // Joined around the means of both parts, so that nothing cancels: Chan, Golub and LeVeque 1979.
    const own = sum / numbers.length;
    let around = 0;
    for (const number of numbers) around += (number - own) ** 2;
    const all = count + numbers.length;
    squares += around + ((own - average) ** 2 * count * numbers.length) / all;
    average += ((own - average) * numbers.length) / all;
    count = all;
    onFraction((first + read) / rows);
    await pause(signal);
  }
  return {
    count,
    least,
    most,
    mean: average,
    standardDeviation: Math.sqrt(squares / count),
    zeros: zeros / count,
    rows: sizes && { count: rows, ...sizesOf(sizes) },
  };
}

function sizesOf(sizes: Float64Array): Omit<NonNullable<TensorStatistics['rows']>, 'count'> {
  const [least = 0, most = 0] = extent(sizes);
  const width = (most - least) / bins || 1;
  const counts = new Array<number>(bins).fill(0);
  for (const size of sizes) (counts[Math.min(bins - 1, Math.floor((size - least) / width))] as number)++;
  return { least, most, mean: mean(sizes) ?? 0, histogram: { from: least, width, counts } };
}
