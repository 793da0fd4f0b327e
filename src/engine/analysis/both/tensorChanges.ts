import type { TensorChange, TensorChanges, TensorChangesRequest } from '../../../shared/blame';
import { bothOf, type Both } from '../../../shared/both';
import type { Control, Signal } from '../../../shared/engine';
import { angle, distance, norm, row } from '../../arrays/vectors';
import { namingFile, openModelFile } from '../../model/modelFile';
import { longestRow } from '../../model/tensorStatistics';
import { pause } from '../../tasks/pause';
import { withRowsAs } from '../../weights/adapter/adapter';
import { dequantise, tensorTypes } from '../../weights/types/types';
import type { TensorInfo, Weights } from '../../weights/weights';
import { percentile } from './sums';

/** Numbers of both models that are compared before rows are skipped: a few seconds. */
const mostNumbers = 2 ** 28;
/** Rows of a tensor whose angles and ratios are kept. */
const mostRows = 2 ** 22;
/** Numbers that are read at a time, and where rows are skipped: fewer, so that they are spread over the tensor. */
const together = 2 ** 19;
const spread = 2 ** 16;

type File = { readonly path: string; readonly weights: Weights };

/**
 * Compares two files of any format, tensor by tensor, a few megabytes at a time. No model is loaded. Numbers are
 * unpacked to float32 and compared in float64. Of models with more than 2²⁸ numbers in common it reads every n-th run
 * of rows. Throws an `EngineError` if a file cannot be read, or has a number that is not finite.
 */
export async function tensorChanges(
  { path, other }: TensorChangesRequest,
  { signal, onProgress }: Control,
): Promise<TensorChanges> {
  const files: File[] = [];
  try {
    for (const one of [path, other]) files.push({ path: one, weights: opened(one) });
    const [a, stored] = files as [File, File];
    const b = { ...stored, weights: withRowsAs(a.weights, stored.weights) };
    const pairs = [...a.weights.tensors.values()].flatMap((tensor): Both<TensorInfo>[] => {
      const twin = b.weights.tensors.get(tensor.name);
      return twin && isAlike(tensor, twin) ? [[tensor, twin]] : [];
    });
    const paired = new Set(pairs.map(([{ name }]) => name));
    const names = files.flatMap(({ weights }) => [...weights.tensors.keys(), ...weights.unread.keys()]);
    const total = pairs.reduce((sum, [tensor]) => sum + numbersIn(tensor), 0);
    const every = Math.max(
      1,
      Math.ceil(total / mostNumbers),
      ...pairs.map(([tensor]) => Math.ceil(rowsIn(tensor) / mostRows)),
    );
    const tensors: TensorChange[] = [];
    let done = 0;
    for (const pair of pairs) {
      const before = done;
      const tell = (share: number) => {
        done = before + share * numbersIn(pair[0]);
        onProgress?.({ stage: 'header', fraction: done / total });
      };
      tensors.push(await changeOf([a, b], pair, every, tell, signal));
    }
    return { tensors, every, unlike: [...new Set(names)].filter((name) => !paired.has(name)) };
  } finally {
    for (const { weights } of files) weights.close();
  }
}

function opened(path: string): Weights {
  try {
    return openModelFile(path, 0).weights;
  } catch (error) {
    throw namingFile(path, error);
  }
}

const isAlike = (a: TensorInfo, b: TensorInfo): boolean =>
  a.shape.join() === b.shape.join() && numbersIn(a) > 0 && columnsOf(a) <= longestRow;

const columnsOf = ({ shape }: TensorInfo): number => shape.at(-1) as number;
const numbersIn = ({ shape }: TensorInfo): number => shape.reduce((product, size) => product * size, 1);
const rowsIn = (tensor: TensorInfo): number => numbersIn(tensor) / columnsOf(tensor);

async function changeOf(
  files: Both<File>,
  tensors: Both<TensorInfo>,
  every: number,
  tell: (share: number) => void,
  signal: Signal | undefined,
): Promise<TensorChange> {
  const [tensor] = tensors;
  const { name, shape } = tensor;
  const columns = columnsOf(tensor);
  const rows = rowsIn(tensor);
  const step = Math.min(rows, Math.max(1, Math.floor((every > 1 ? spread : together) / columns)));
  const room = bothOf(() => new Float32Array(step * columns));
  const most = step * Math.ceil(rows / (step * every));
  const [angles, ratios] = [new Float64Array(most), new Float64Array(most)];
  let [whole, apart, size] = [0, 0, 0];
  let worst = { row: 0, angle: -1 };
  for (let first = 0; first < rows; first += step * every) {
    const count = Math.min(step, rows - first);
    const numbers = bothOf((side) =>
      unpack(files[side], tensors[side], first, room[side].subarray(0, count * columns)),
    );
    for (let i = 0; i < count; i++) {
      const [a, b] = bothOf((side) => row(numbers[side], i, columns));
      const [sizeA, sizeB] = [norm(a), norm(b)];
      size += sizeA * sizeA;
      apart += distance(a, b) ** 2;
      if (sizeA === 0 || sizeB === 0) continue;
      const turned = shape.length > 1 ? angle(a, b, sizeA, sizeB) : 0;
      angles[whole] = turned;
      ratios[whole++] = sizeB / sizeA;
      if (turned > worst.angle) worst = { row: first + i, angle: turned };
    }
    tell((first + count) / rows);
    await pause(signal);
  }
  const median = (values: Float64Array) => percentile(values.subarray(0, whole).sort(), 0.5);
  const hasRows = shape.length > 1 && whole > 0;
  return {
    name,
    shape,
    error: apart === 0 ? 0 : Math.sqrt(apart / size),
    angle: hasRows ? median(angles) : null,
    ratio: whole > 0 ? median(ratios) : null,
    worst: hasRows ? worst : null,
    bitsPerWeight: bothOf((side) => bitsIn(tensors[side])),
  };
}

/** For each number of a tensor in its file. */
function bitsIn({ type }: TensorInfo): number {
  const { inFile, bytes, length } = tensorTypes[type];
  return (8 * (inFile?.bytes ?? bytes)) / length;
}

/** Whole rows as numbers. */
function unpack({ path, weights }: File, tensor: TensorInfo, first: number, numbers: Float32Array): Float32Array {
  try {
    dequantise(tensor.type, weights.readRows(tensor.name, first, numbers.length / columnsOf(tensor)), numbers);
    return numbers;
  } catch (error) {
    throw namingFile(path, error);
  }
}
