import { modelUnsupported } from '../../../shared/errors';
import { unreadField, wrongField } from '../damaged';
import type { ReadRange } from '../tensorReader';
import { dequantised, tensorTypes } from '../types/types';
import { keyNumber, wrongShape, type TensorInfo, type Weights } from '../weights';

/** A tensor of a folder under the name and in the layout that a GGUF file would have. */
export interface FolderTensor {
  readonly info: TensorInfo;
  readonly read: ReadRange;
}

/** A change that llama.cpp's converter makes to a tensor, applied when it is read. */
export type Change = (tensor: FolderTensor) => FolderTensor;

/** A tensor made of numbers in the config. */
export function numbersTensor(name: string, values: readonly number[]): FolderTensor {
  const bytes = new Uint8Array(Float32Array.from(values).buffer);
  return {
    info: { name, shape: [values.length], type: 'F32', offset: 0, byteLength: bytes.length },
    read: (offset, length, into) => written(bytes.subarray(offset, offset + length), into),
  };
}

/** Changes each number in float32. */
const eachNumber =
  (of: (value: number) => number): Change =>
  ({ info, read }) => {
    const width = tensorTypes[info.type].bytes;
    return {
      info: { ...info, type: 'F32', byteLength: (info.byteLength / width) * 4 },
      read(offset, length, into) {
        const values = dequantised(info.type, read((offset / 4) * width, (length / 4) * width));
        values.forEach((value, i) => (values[i] = of(value)));
        return written(new Uint8Array(values.buffer), into);
      },
    };
  };

/** Adds 1 to the gains, as the published model does. */
export const plusOne = eachNumber((value) => value + 1);

/** The rates of a recurrence, of which a folder has logarithms. */
export const rates = eachNumber((value) => -Math.exp(value));

/** Transposes a matrix. Reading any row reads the whole tensor. */
export const transposed: Change = ({ info, read }) => {
  const [columns = 0, rows = 0, ...more] = info.shape;
  if (rows === 0 || more.length > 0) throw wrongShape(info, 'n × m');
  const { bytes: width, length: together } = tensorTypes[info.type];
  if (together > 1) throw unreadField(`${info.name} (type)`, info.type, 'F32, F16, BF16');
  return {
    info: { ...info, shape: [rows, columns] },
    read(offset, length, into) {
      const stored = read(0, info.byteLength);
      const bytes = into ?? new Uint8Array(length);
      const first = offset / (columns * width);
      const count = length / (columns * width);
      for (let row = 0, to = 0; row < count; row++) {
        for (let column = 0; column < columns; column++) {
          const from = (column * rows + first + row) * width;
          for (let byte = 0; byte < width; byte++) bytes[to++] = stored[from + byte] as number;
        }
      }
      return bytes;
    },
  };
};

/** Reads the bytes of runs of one length, each from where it lies. */
const byRuns =
  (run: number, read: (index: number, inside: number, into: Uint8Array) => void): ReadRange =>
  (offset, length, into = new Uint8Array(length)) => {
    for (let done = 0; done < length;) {
      const inside = (offset + done) % run;
      const step = Math.min(run - inside, length - done);
      read((offset + done - inside) / run, inside, into.subarray(done, done + step));
      done += step;
    }
    return into;
  };

/** Reorders rows from q, k and v for each head to all of q, all of k, all of v. */
export const regrouped =
  (heads: number): Change =>
  ({ info, read }) => {
    const parts = 3;
    const run = info.byteLength / (parts * heads);
    if ((info.shape[0] as number) % (parts * heads) !== 0)
      throw wrongField(`${info.name} (rows)`, info.shape[0], `${parts * heads}n`);
    return {
      info,
      read: byRuns(run, (place, inside, bytes) => {
        const part = Math.floor(place / heads);
        const head = place - part * heads;
        read((head * parts + part) * run + inside, bytes.length, bytes);
      }),
    };
  };

/** Reorders rows: the row at a place is the one that `source` says. */
export const reordered =
  (source: (row: number) => number): Change =>
  ({ info, read }) => {
    const run = info.byteLength / (info.shape[0] as number);
    return {
      info,
      read: byRuns(run, (row, inside, bytes) => read(source(row) * run + inside, bytes.length, bytes)),
    };
  };

/** Leaves out a middle side of 1, which the kernel of a convolution has. */
export const withoutMiddle: Change = ({ info, read }) => {
  const [width = 0, middle, taps = 0] = info.shape;
  if (info.shape.length !== 3 || middle !== 1) throw wrongShape(info, 'n × 1 × m');
  return { info: { ...info, shape: [width, taps] }, read };
};

/** Matrices of equal shape and type as one tensor: `matrices × rows × columns`. */
export function stacked(name: string, matrices: readonly FolderTensor[]): FolderTensor {
  const { info } = matrices[0] as FolderTensor;
  for (const { info: other } of matrices)
    if (other.shape.join() !== info.shape.join() || other.type !== info.type)
      throw wrongShape({ name: other.name, shape: other.shape }, `${info.type} ${info.shape.join(' × ')}`);
  const each = info.byteLength;
  return {
    info: { ...info, name, shape: [matrices.length, ...info.shape], byteLength: matrices.length * each },
    read: byRuns(each, (index, inside, bytes) => matrices[index]?.read(inside, bytes.length, bytes)),
  };
}

/** A change to every matrix of a stack. */
export const ofEach =
  (change: Change): Change =>
  ({ info, read }) => {
    const [count = 0, ...shape] = info.shape;
    const each = info.byteLength / count;
    const matrices = Array.from({ length: count }, (_, index) =>
      change({
        info: { ...info, shape, byteLength: each },
        read: (offset, length, into) => read(index * each + offset, length, into),
      }),
    );
    return stacked(info.name, matrices);
  };

/** Every other row of each matrix of a stack, or every other number of each row of a matrix. Reads whole rows alone. */
export const everyOther =
  (which: 0 | 1): Change =>
  ({ info, read }) => {
    const [count = 0, rows = 0, ...width] = info.shape;
    if (rows === 0 || rows % 2 !== 0) throw wrongShape(info, 'n × 2m × d');
    const run = info.byteLength / (count * rows);
    return {
      info: { ...info, shape: [count, rows / 2, ...width], byteLength: info.byteLength / 2 },
      read(offset, length, into = new Uint8Array(length)) {
        const both = read(2 * offset, 2 * length);
        for (let at = 0; at < length; at += run)
          into.set(both.subarray(2 * at + which * run, 2 * at + (which + 1) * run), at);
        return into;
      },
    };
  };

/** The first or second half of the rows of every matrix of a stack. */
export const halfOfEach =
  (which: 0 | 1): Change =>
  ({ info, read }) => {
    const [count = 0, rows = 0, columns = 0] = info.shape;
    const half = rows / 2;
    if (!Number.isInteger(half) || info.shape.length !== 3) throw wrongShape(info, 'n × 2m × d');
    const source = (row: number) => row + (Math.floor(row / half) + which) * half;
    const all = reordered(source)({ info: { ...info, shape: [count * rows, columns] }, read });
    return { info: { ...info, shape: [count, half, columns], byteLength: info.byteLength / 2 }, read: all.read };
  };

/** Whether rows of q and k, or of the heads of a recurrence, are as llama.cpp's converter orders them. */
export function isInterleaved({ metadata }: Weights): boolean {
  const family = metadata.get('general.architecture');
  if (family === ordersHeads) return metadata.get(`${family}.ssm.grouped`) !== true;
  return isTurned(family) && metadata.get(`${family}.rope.interleaved`) !== false;
}

/** The family whose heads of a recurrence llama.cpp's converter orders. */
const ordersHeads = 'qwen35';

/** Whether llama.cpp's converter interleaves the rows of q and k in this family. */
const isTurned = (family: unknown): family is string =>
  ['llama', 'smollm3', 'mistral3', 'granite', 'granitemoe'].some((one) => one === family);

/**
 * Brings a tensor, whose rows are interleaved or not, into the order of a base: llama.cpp interleaves the two halves of
 * each head in q and k for its rotation, a folder does not. Throws where heads of a recurrence would have to change
 * places.
 */
export function inOrderOf(base: Weights, name: string, from: boolean): Change {
  const kind = /\.attn_([qk])\.(weight|bias)$/.exec(name)?.[1];
  const family = base.metadata.get('general.architecture');
  if (isInterleaved(base) === from) return (tensor) => tensor;
  if (family === ordersHeads && /\.(ssm_|attn_(qkv|gate))/.test(name)) {
    const [heads, keyHeads] = ['time_step_rank', 'group_count'].map((key) => keyNumber(base, `${family}.ssm.${key}`));
    if (heads !== keyHeads)
      throw modelUnsupported`${name} has the heads of a recurrence in another order than the loaded model. Take two GGUF files or two folders; an adapter of peft needs a folder.`;
  }
  if (kind === undefined || !isTurned(family)) return (tensor) => tensor;
  const key = `${family}.attention.head_count`;
  const heads = keyNumber(base, kind === 'k' && base.metadata.has(`${key}_kv`) ? `${key}_kv` : key);
  return (tensor) => {
    const size = (tensor.info.shape[0] as number) / heads;
    // Of another model: whoever compares its shape with the base's names both numbers.
    if (!Number.isInteger(size / 2)) return tensor;
    const [inner, outer] = from ? [size / 2, 2] : [2, size / 2];
    return reordered((row) => {
      const inside = row % size;
      return row - inside + (inside % inner) * outer + Math.floor(inside / inner);
    })(tensor);
  };
}

function written(bytes: Uint8Array, into: Uint8Array | undefined): Uint8Array {
  if (!into) return bytes.slice();
  into.set(bytes);
  return into;
}
