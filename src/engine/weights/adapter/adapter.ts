import type { AdapterInfo } from '../../../shared/adapter';
import { modelUnsupported, type EngineError } from '../../../shared/errors';
import type { FileOfModel } from '../../../shared/model';
import type { SaidValue } from '../../../shared/said';
import { wrongField } from '../damaged';
import { inOrderOf, isInterleaved, type FolderTensor } from '../huggingFace/changes';
import { weightsOf, type ReadRange } from '../tensorReader';
import { rowBytesOf } from '../types/types';
import type { TensorInfo, Weights } from '../weights';

/** What an adapter does to one tensor of its base, which has this name in GGUF. */
export type AdapterChange = ThinChange | WholeChange;

interface NamedChange {
  readonly tensor: string;
  /** As the adapter calls the module. */
  readonly module: string;
}

/** scale · B·A beside a matrix W. */
export interface ThinChange extends NamedChange {
  /** A, r × columns of W. */
  readonly down: FolderTensor;
  /** B, rows of W × r. */
  readonly up: FolderTensor;
  readonly scale: number;
  /** The sizes of the rows of W + scale · B·A (DoRA: Liu et al. 2024, arXiv:2402.09353). */
  readonly magnitude: FolderTensor | null;
}

/** Another tensor in its place, or a bias that the base lacks. */
export interface WholeChange extends NamedChange {
  readonly by: FolderTensor;
}

export const isThin = (change: AdapterChange): change is ThinChange => 'down' in change;

/** An adapter as its file has it, with the layouts of its base. */
export interface AdapterFile extends Omit<AdapterInfo, 'path' | 'modules'> {
  readonly changes: readonly AdapterChange[];
  /** Those that hold the tensors. */
  readonly files: readonly FileOfModel[];
  readonly close: () => void;
}

/** More than any adapter has; the numbers of a module take its square. */
const mostRank = 1024;

/** The tensor of the base that an adapter changes. A base without an output matrix has the embedding for it. */
export const changedTensor = ({ tensors }: Weights, name: string) =>
  tensors.get(name) ?? (name === 'output.weight' ? tensors.get('token_embd.weight') : undefined);

/** A tensor of other weights, whose rows are read whole. */
export function rowsIn(weights: Weights, info: TensorInfo): FolderTensor {
  const rowBytes = rowBytesOf(info.type, info.shape.at(-1) as number);
  return {
    info,
    read: (at, length, into) => weights.readRows(info.name, at / rowBytes, length / rowBytes, into && (() => into)),
  };
}

/** Weights of the same model with the rows of q and k in the order of a base: a folder has another than a GGUF file. */
export function withRowsAs(base: Weights, weights: Weights): Weights {
  const from = isInterleaved(weights);
  if (isInterleaved(base) === from) return weights;
  const rangeOf = (info: TensorInfo): ReadRange => {
    const whole: ReadRange = (offset, length, into = new Uint8Array(length)) => {
      into.set(weights.read(info.name).subarray(offset, offset + length));
      return into;
    };
    // A vector is one row.
    const stored = info.shape.length > 1 ? rowsIn(weights, info) : { info, read: whole };
    return inOrderOf(base, info.name, from)(stored).read;
  };
  return weightsOf({ ...weights, rangeOf });
}

/**
 * Keeps the changes to tensors that the base has, and lists the others as unknown. Throws an `EngineError` that names
 * the shape that differs, or if the base has none of the tensors.
 */
export function fittedToBase(base: Weights, adapter: AdapterFile): AdapterFile {
  const [changes, unknown]: [AdapterChange[], string[]] = [[], [...adapter.unknown]];
  for (const change of adapter.changes) {
    const { tensor } = change;
    const isBias = /^blk\..*\.bias$/.test(tensor);
    const own =
      changedTensor(base, tensor) ?? (isBias ? base.tensors.get(tensor.replace(/bias$/, 'weight')) : undefined);
    if (!own) {
      unknown.push(change.module);
      continue;
    }
    const [rows = 0, columns = 0] = own.shape;
    if (!isThin(change)) checkShape(change.by, isBias ? [rows] : own.shape);
    else {
      const rank = change.down.info.shape[0] as number;
      if (!(rank <= mostRank)) throw wrongField(`${change.down.info.name} (rank)`, rank, `≤ ${mostRank}`);
      if (own.shape.length !== 2) throw otherBase(tensor, own.shape.join(' × '), 'n × m');
      checkShape(change.down, [rank, columns]);
      checkShape(change.up, [rows, rank]);
      if (change.magnitude) checkShape(change.magnitude, [rows]);
    }
    changes.push(change);
  }
  if (changes.length > 0) return { ...adapter, changes, unknown };
  throw modelUnsupported`The loaded model has none of the ${unknown.length} modules that the adapter changes, such as ${unknown[0]?.slice(0, 80) ?? '–'}. Load the model that the adapter was made for, or choose another adapter.`;
}

function checkShape({ info: { name, shape } }: FolderTensor, expected: readonly number[]): void {
  if (shape.join() !== expected.join())
    throw otherBase(`${name.slice(0, 120)} (shape)`, shape.join(' × '), expected.join(' × '));
}

export const otherBase = (field: SaidValue, found: SaidValue, expected: SaidValue): EngineError =>
  modelUnsupported`The adapter’s ${field} is ${found}; the loaded model needs ${expected}. Load the model that the adapter was made for, or choose another adapter.`;
