import { platform } from '#platform';
import { defaults } from '../../shared/engine';
import { EngineError, modelUnsupported, said } from '../../shared/errors';
import { memorySize } from '../../shared/said';
import { tensorsOutside } from '../architecture/architecture';
import { roomForLayers } from '../kernels/runLayers';
import { groupsOf, plannedBytes } from '../trunk/kernelLayers';
import { sliceLength } from '../trunk/kernelTrunk';
import type { LayersInFile } from '../trunk/layerSteps';

const MiB = 2 ** 20;

export interface MemoryLimits {
  /** Of the whole process. */
  readonly process: number;
  /** The largest matrix that fits into one WebAssembly memory. Larger ones are searched in the file. */
  readonly matrix: number;
}

/** Less than this is never refused: systems free that much by moving other things out of memory. */
const alwaysTried = 1024 * MiB;
/** 4 GiB without the queries, lists and dot products of a search. */
const largestMatrix = (4096 - 512) * MiB;

/** The limits of this machine now, or after another process has freed `freed` bytes. */
export const machineMemory = (freed = 0): MemoryLimits => ({
  process: Math.max(alwaysTried, platform.memory() + freed),
  matrix: largestMatrix,
});

/** Measured: a process with the engine and its threads, and each token of the vocabulary. */
const bareProcess = 80 * MiB;
const perToken = 700;
/** Bytes per row of a matrix: its size, and what searches need of it raw and centred, on both sides. */
const perRow = 48;
/** A running search: queries, lists, dot products and blocks of rows from a file. */
const search = 16 * MiB;
const mostThreads = 8;

/** The embedding and unembedding as the header describes them. */
export interface MatrixSizes {
  readonly vocabulary: number;
  /** Stored bytes of each matrix. One matrix if the file has no separate unembedding. */
  readonly matrices: readonly number[];
}

/** Where the matrices are searched, and the bytes of the whole process. */
export interface MemoryPlan {
  readonly matrices: 'memory' | 'file';
  readonly bytes: number;
  /** The share of the experts that memory has room for; the others are read when they run. Absent for all. */
  readonly expertShare?: number;
}

/** The possible plans, the faster one first. */
function plansOf({ vocabulary, matrices }: MatrixSizes, others: number, limits: MemoryLimits): MemoryPlan[] {
  const bytes = bareProcess + search + vocabulary * (perToken + matrices.length * perRow) + others;
  const held = matrices.reduce((sum, matrix) => sum + matrix, 0);
  const inMemory: MemoryPlan = { matrices: 'memory', bytes: bytes + held };
  const inFile: MemoryPlan = { matrices: 'file', bytes };
  return matrices.every((matrix) => matrix <= limits.matrix) ? [inMemory, inFile] : [inFile];
}

/** The plan for the geometry alone. It always fits: a large matrix is read block by block. */
export function planGeometry(sizes: MatrixSizes, limits: MemoryLimits): MemoryPlan {
  const plans = plansOf(sizes, 0, limits);
  return plans.find(({ bytes }) => bytes <= limits.process) ?? (plans.at(-1) as MemoryPlan);
}

/**
 * The plan for the whole model, with its layers as they are stored. If the experts of a mixture do not fit, a cache
 * gets half of the memory that is left: the system caches the file in the other half. Throws
 * `EngineError('geometry-only')` with the missing memory, and any error of planning the layers.
 */
export function planRun(sizes: MatrixSizes, file: LayersInFile, limits: MemoryLimits): MemoryPlan {
  const { model } = file;
  const { experts, slots, kept } = layerRoom(file);
  const length = Math.min(defaults.limit + defaults.contextTokens, model.contextLength);
  const slice = Math.min(sliceLength, length);
  const between = slice * 4 * slots + mostThreads * roomForLayers(slice, length);
  const others = (expertShare?: number) =>
    groupsOf({ ...file, expertShare }).reduce((sum, { bytes }) => sum + bytes + between, 0) +
    length * 4 * (kept + (model.layers + 1) * model.dimensions);
  const plans: MemoryPlan[] = plansOf(sizes, others(), limits);
  if (experts > 0) plans.push(...plansOf(sizes, others(0), limits).map((plan) => ({ ...plan, expertShare: 0 })));
  const fits = plans.find(({ bytes }) => bytes <= limits.process);
  if (fits && fits.expertShare === undefined) return fits;
  if (fits) {
    const expertShare = (limits.process - fits.bytes) / 2 / experts;
    return { ...fits, bytes: fits.bytes + others(expertShare) - others(0), expertShare };
  }
  const least = plans.at(-1) as MemoryPlan;
  throw new EngineError(
    'geometry-only',
    said`To run, the model needs about ${memorySize(least.bytes)} of memory, ${memorySize(least.bytes - limits.process)} more than is free now (${memorySize(limits.process)}). Close other programs or choose a smaller model.`,
  );
}

/**
 * Bytes of all experts, and for each position the numbers between layers and those that mixers keep, from the header
 * alone. Throws the same errors as a load.
 */
function layerRoom(file: LayersInFile) {
  const { experts, plan } = plannedBytes(file, { first: 0, count: file.model.layers });
  refuseUnread(file, new Set([...tensorsOutside(file.architecture), ...plan.used]));
  const sum = (widths: readonly number[]) => widths.reduce((all, width) => all + width, 0);
  const kept = new Map(plan.operands.map((one) => ('all' in one ? [`${one.kind} ${one.layer}`, one.width] : ['', 0])));
  return { experts, slots: sum(plan.slots), kept: sum([...kept.values()]) };
}

/**
 * A tensor that no equation reads means that the model is more than its family: its numbers would silently be wrong.
 */
function refuseUnread({ weights, model }: LayersInFile, used: ReadonlySet<string>): void {
  const { layers, further = 0 } = model;
  const ahead = Array.from({ length: further }, (_, i) => `blk.${layers + i}.`).filter((layer) =>
    weights.tensors.has(`${layer}nextn.eh_proj.weight`),
  );
  const isFurther = (name: string) => ahead.some((layer) => name.startsWith(layer));
  const unread = [...weights.tensors.keys()].filter((name) => !used.has(name) && !isFurther(name));
  if (unread.length === 0) return;
  throw modelUnsupported`Vectorscope does not read ${unread.length} of the model’s tensors, such as “${unread[0] ?? ''}”, so its numbers would be wrong. Choose another model.`;
}
