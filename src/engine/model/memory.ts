import { platform } from '#platform';
import { defaults } from '../../shared/engine';
import { EngineError } from '../../shared/errors';
import { tensorsOutside, type Architecture } from '../architecture/architecture';
import type { Hyperparameters } from '../architecture/hyperparameters';
import { roomForLayers } from '../kernels/layerProgram';
import { mostLayerBytes, plannedBytes, sliceLength } from '../trunk/kernelTrunk';
import type { Weights } from '../weights/weights';

const MiB = 2 ** 20;

/** What a process may take, bytes. */
export interface MemoryLimits {
  /** Of the whole process. */
  readonly process: number;
  /** Of one matrix that is held: it lies in one WebAssembly memory. Larger ones are searched in the file. */
  readonly matrix: number;
}

/** A model below this is never refused for want of free memory: systems find so much by putting other things aside. */
const alwaysTried = 1024 * MiB;
/** 4 GiB, of which queries, lists and products take a part. */
const largestMatrix = (4096 - 512) * MiB;

/** What this machine has now, or once another process has given back the bytes `freed`. */
export const machineMemory = (freed = 0): MemoryLimits => ({
  process: Math.max(alwaysTried, platform.memory() + freed),
  matrix: largestMatrix,
});

/** Measured: of a process with the engine and its threads, and of each token that it can name. */
const bareProcess = 62 * MiB;
const perToken = 700;
/**
 * Numbers that are kept of each row of a matrix: its length, what searches need of it raw and centred, here and in the
 * threads' memory.
 */
const perRow = 48;
/** What a search takes while it runs: queries, lists, products and blocks of rows from a file. */
const search = 16 * MiB;
const mostThreads = 8;

/** The two ends of a model as its header tells them. */
export interface Ends {
  readonly vocabulary: number;
  /** Bytes of each matrix as it is stored; one where the file has no other for the outputs. */
  readonly matrices: readonly number[];
}

/** Where the matrices are searched, and the bytes that the process takes in all. */
export interface Way {
  readonly matrices: 'memory' | 'file';
  readonly bytes: number;
}

/** Both ways, the quicker one first. */
function waysOf({ vocabulary, matrices }: Ends, beside: number, limits: MemoryLimits): Way[] {
  const bytes = bareProcess + search + vocabulary * (perToken + matrices.length * perRow) + beside;
  const held = matrices.reduce((sum, matrix) => sum + matrix, 0);
  const inMemory: Way = { matrices: 'memory', bytes: bytes + held };
  const inFile: Way = { matrices: 'file', bytes };
  return matrices.every((matrix) => matrix <= limits.matrix) ? [inMemory, inFile] : [inFile];
}

/** The geometry alone. It always fits: what is too large is read block by block. */
export function geometryWay(ends: Ends, limits: MemoryLimits): Way {
  const ways = waysOf(ends, 0, limits);
  return ways.find(({ bytes }) => bytes <= limits.process) ?? (ways.at(-1) as Way);
}

/**
 * The whole model, its layers held as they are stored. Throws `EngineError('geometry-only')` that says what is missing,
 * and what planning the layers throws.
 */
export function runWay(
  ends: Ends,
  architecture: Architecture,
  model: Hyperparameters,
  weights: Weights,
  limits: MemoryLimits,
): Way {
  const { bytes: layers, slots, groups } = layerRoom(architecture, model, weights);
  const length = Math.min(defaults.limit + defaults.contextTokens, model.contextLength);
  const slice = Math.min(sliceLength, length);
  const beside =
    layers + groups * (slice * 4 * slots + mostThreads * roomForLayers(slice, length)) + textBytes(model, length);
  const ways = waysOf(ends, beside, limits);
  const fits = ways.find(({ bytes }) => bytes <= limits.process);
  if (fits) return fits;
  const least = ways.at(-1) as Way;
  throw new EngineError(
    'geometry-only',
    `To run, the model needs about ${inWords(least.bytes)} of memory, ${inWords(least.bytes - limits.process)} more than is free now (${inWords(limits.process)}). Close other programs or choose a smaller model.`,
  );
}

/**
 * Bytes of all layers as they are stored, and the numbers that lie between them at each position, from the header
 * alone. Throws what a load would.
 */
export function layerRoom(
  architecture: Architecture,
  model: Hyperparameters,
  weights: Weights,
): { readonly bytes: number; readonly slots: number; readonly groups: number } {
  const { bytes, plan } = plannedBytes(architecture, model, weights, { first: 0, count: model.layers });
  refuseUnread(weights, new Set([...tensorsOutside(architecture), ...plan.used]));
  return { bytes, slots: plan.slots.reduce((sum, width) => sum + width, 0), groups: Math.ceil(bytes / mostLayerBytes) };
}

/**
 * A tensor that no equation reads means a model that is more than its family: its numbers would be wrong without a
 * word.
 */
function refuseUnread(weights: Weights, used: ReadonlySet<string>): void {
  const unread = [...weights.tensors.keys()].filter((name) => !used.has(name));
  if (unread.length === 0) return;
  throw new EngineError(
    'model-unsupported',
    `The model has ${unread.length} tensors that Vectorscope does not read, “${unread[0] ?? ''}” among them, so its numbers would be wrong. Choose another model.`,
  );
}

/** What is kept of the positions that were run: residuals, keys and values, float32. */
function textBytes({ layers, dimensions, keyValueHeads, headSize }: Hyperparameters, positions: number): number {
  return positions * 4 * ((layers + 1) * dimensions + 2 * layers * keyValueHeads * headSize);
}

/** To two digits, in MB or GB. */
const inWords = (bytes: number): string =>
  bytes < 999.5e6 ? `${Math.max(1, Math.round(bytes / 1e6))} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
