import type { FolderTensor } from '../huggingFace/changes';
import { weightsOf } from '../tensorReader';
import { dequantised, rowBytesOf } from '../types/types';
import type { TensorInfo, ThinProduct, Weights } from '../weights';
import { changedTensor, isThin, rowsIn, type AdapterFile, type ThinChange, type WholeChange } from './adapter';

/** Names of the tensors of an adapter beside the tensor that they change. */
export const thinNames = (tensor: string) => ({
  down: `${tensor}.lora_a`,
  up: `${tensor}.lora_b`,
  magnitude: `${tensor}.magnitude`,
});

interface AdaptedWeights {
  readonly weights: Weights;
  /** The adapter's own tensors: thin ones too, which belong to no model. */
  readonly own: Weights;
  /** Names of the tensors that differ from the base's. */
  readonly changed: ReadonlySet<string>;
}

/**
 * A base with s·ΔW: its tensors, and those of an adapter. Products in layers stay thin. Rows of other matrices are
 * added up when they are read. `gains`: what the rows of W + scale · B·A are multiplied with, by the names of tensors,
 * if not with 1.
 */
export function adaptedWeights(
  base: Weights,
  { changes }: AdapterFile,
  s: number,
  gains: ReadonlyMap<string, Float32Array> = new Map(),
): AdaptedWeights {
  const own = new Map<string, FolderTensor>();
  const changed = new Set<string>();
  const thin = new Map<string, ThinProduct>();
  const add = (name: string, { info, read }: FolderTensor): TensorInfo => {
    const named = { info: { ...info, name }, read };
    own.set(name, named);
    return named.info;
  };
  const before = (name: string): FolderTensor | undefined => {
    const tensor = changedTensor(base, name);
    return own.get(name) ?? (tensor && rowsIn(base, tensor));
  };
  for (const change of s === 0 ? [] : changes) {
    const { tensor } = change;
    if (!isThin(change)) {
      add(tensor, s === 1 ? change.by : blended(before(tensor), change, s));
      changed.add(tensor);
      continue;
    }
    const names = thinNames(tensor);
    const gain = gains.get(tensor);
    const product = {
      down: add(names.down, change.down),
      up: add(names.up, change.up),
      scale: s * change.scale,
      ...(gain && { factors: { own: gain.map((g) => 1 + s * (g - 1)), added: gain } }),
    };
    if (change.magnitude) add(names.magnitude, change.magnitude);
    changed.add(tensor);
    if (tensor.startsWith('blk.')) thin.set(tensor, product);
    else add(tensor, summed(before(tensor), change, product));
  }
  const infos = new Map([...own].map(([name, { info }]) => [name, info]));
  const read = weightsOf({
    metadata: base.metadata,
    unread: new Map(),
    fileBytes: 0,
    tensors: infos,
    rangeOf: ({ name }) => (own.get(name) as FolderTensor).read,
    close: () => undefined,
  });
  const from = (name: string) => (own.has(name) ? read : base);
  return {
    own: read,
    changed,
    weights: {
      ...base,
      tensors: new Map([...base.tensors, ...[...infos].filter(([name]) => changed.has(name))]),
      thin,
      readRows: (name, ...rest) => from(name).readRows(name, ...rest),
      read: (name, into) => from(name).read(name, into),
      close: () => undefined,
    },
  };
}

/** Computes float32 numbers some rows at a time, into those of another tensor, or zeros without one. */
function computed(
  from: FolderTensor | undefined,
  name: string,
  shape: readonly number[],
  compute: (rows: Float32Array, first: number, count: number) => void,
): FolderTensor {
  const columns = shape.at(-1) as number;
  const byteLength = shape.reduce((product, size) => product * size, 4);
  return {
    info: { name, shape, type: 'F32', offset: 0, byteLength },
    read(offset, length, into) {
      const [first, count] = [offset / (4 * columns), length / (4 * columns)];
      const rows = from ? numbersOf(from, first, count) : new Float32Array(count * columns);
      compute(rows, first, count);
      const bytes = new Uint8Array(rows.buffer);
      into?.set(bytes);
      return into ?? bytes;
    },
  };
}

/** W + s · (W′ − W). */
const blended = (from: FolderTensor | undefined, { tensor, by }: WholeChange, s: number): FolderTensor =>
  computed(from, tensor, by.info.shape, (rows, first, count) => {
    const others = numbersOf(by, first, count);
    for (const [i, own] of rows.entries()) rows[i] = own + s * ((others[i] as number) - own);
  });

/** own ⊙ W + added ⊙ scale · B·A. */
function summed(
  from: FolderTensor | undefined,
  { tensor, down, up }: ThinChange,
  { scale, factors }: ThinProduct,
): FolderTensor {
  const [rank = 0, columns = 0] = down.info.shape;
  let a: Float32Array | undefined;
  return computed(from, tensor, [up.info.shape[0] as number, columns], (rows, first, count) => {
    a ??= numbersOf(down, 0, rank);
    const b = numbersOf(up, first, count);
    for (const [at, own] of rows.entries()) {
      const row = Math.floor(at / columns);
      let sum = 0;
      for (let k = 0; k < rank; k++) sum += (b[row * rank + k] as number) * (a[at + (k - row) * columns] as number);
      rows[at] = own * (factors?.own[first + row] ?? 1) + scale * (factors?.added[first + row] ?? 1) * sum;
    }
  });
}

function numbersOf({ info, read }: FolderTensor, first: number, count: number): Float32Array {
  const rowBytes = rowBytesOf(info.type, info.shape.at(-1) as number);
  return dequantised(info.type, read(first * rowBytes, count * rowBytes));
}
