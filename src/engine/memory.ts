import { platform } from '#platform';
import { defaults } from '../shared/engine';
import { EngineError } from '../shared/errors';
import type { Architecture, Hyperparameters } from './architecture/architecture';
import { tensorsOutside } from './architecture/architecture';
import { partsOf, refuseUnread, segmentGraph } from './trunk';
import type { Weights } from './weights/weights';

const MiB = 2 ** 20;

/** What a process may take, bytes. */
export interface MemoryLimits {
  /** Of one WebAssembly memory, in which all graphs live. */
  readonly graphs: number;
  /** Of the whole process. */
  readonly process: number;
  /** Of matrices that are held as float32 beside the layers, and of those that are all that is loaded; larger ones are searched as they are stored. */
  readonly matrices: { readonly run: number; readonly geometry: number };
}

/** A model below this is never refused for want of free memory: systems find so much by putting other things aside. */
const alwaysTried = 1024 * MiB;
/** 4 GiB, of which the runtime's own data and what a run leaves between graphs takes a part. */
const graphs = (4096 - 256) * MiB;
/** A search of rows as they are stored takes some five times as long, which a glance at a few tokens does not notice; a run does. */
const matrices = { run: graphs, geometry: 1024 * MiB };

/** What this machine has now. */
export const machineMemory = (): MemoryLimits => ({ graphs, process: Math.max(alwaysTried, platform.memory()), matrices });

/** Measured: of a process with the runtime and its threads, of one that only searches matrices as they are stored, and of each token that either can name. */
const bareProcess = 235 * MiB;
const bareReader = 80 * MiB;
const perToken = 700;
/** What a slice of 128 positions needs between the layers and at the output rows, for each number of its widest part. */
const positionsAtOnce = 128;
/** Whose products with all rows are made together. */
const queriesAtOnce = 64;

/** The two ends of a model as its header tells them. */
export interface Ends {
  readonly vocabulary: number;
  readonly dimensions: number;
  /** 1 or 2. */
  readonly matrices: number;
}

/** How the matrices are searched, and the bytes that the process takes in all. */
export interface Way {
  readonly form: 'float32' | 'stored';
  readonly bytes: number;
}

const float32Bytes = ({ vocabulary, dimensions, matrices: count }: Ends): number => count * vocabulary * dimensions * 4;

/** The geometry alone. It always fits: what is too large for float32 is read block by block. */
export function geometryWay(ends: Ends, limits: MemoryLimits): Way {
  const dense = float32Bytes(ends);
  const names = ends.vocabulary * perToken;
  const asFloat32 = bareProcess + names + dense;
  return dense <= limits.matrices.geometry && asFloat32 <= limits.process ? { form: 'float32', bytes: asFloat32 } : { form: 'stored', bytes: bareReader + names };
}

/**
 * The whole model. Matrices are float32 where there is room for them, and layers have the form in which the graph holds them: the graphs
 * that a load makes are asked, with the header alone. Throws `EngineError('geometry-only')` that says what is missing, and what making
 * the graphs throws.
 */
export function runWay(ends: Ends, architecture: Architecture, model: Hyperparameters, weights: Weights, limits: MemoryLimits): Way {
  const layers = layerBytes(architecture, model, weights);
  const slice = positionsAtOnce * 4 * (4 * model.feedForward + 8 * model.dimensions + model.heads * (defaults.limit + defaults.contextTokens));
  const kept = storeBytes(model, defaults.limit + defaults.contextTokens);
  const ways = (['float32', 'stored'] as const).map((form) => {
    const inGraphs = layers + slice + (form === 'float32' ? float32Bytes(ends) + 4 * queriesAtOnce * ends.vocabulary : 0);
    return { form, inGraphs, bytes: bareProcess + ends.vocabulary * perToken + inGraphs + kept };
  });
  const allowed = ways.filter(({ form }) => form === 'stored' || float32Bytes(ends) <= limits.matrices.run);
  const fits = allowed.find(({ inGraphs, bytes }) => inGraphs <= limits.graphs && bytes <= limits.process);
  if (fits) return { form: fits.form, bytes: fits.bytes };
  const least = ways[1] as (typeof ways)[number];
  throw least.inGraphs > limits.graphs
    ? new EngineError('geometry-only', `To run, the model needs about ${inWords(least.inGraphs)} for its layers, ${inWords(least.inGraphs - limits.graphs)} more than one WebAssembly memory can hold (4 GiB). Choose a smaller model.`)
    : new EngineError('geometry-only', `To run, the model needs about ${inWords(least.bytes)} of memory, ${inWords(least.bytes - limits.process)} more than is free now (${inWords(limits.process)}). Close other programs or choose a smaller model.`);
}

/** Bytes of all layers' graphs, made from a header without reading a number. Throws what a load would. */
export function layerBytes(architecture: Architecture, model: Hyperparameters, weights: Weights): number {
  const header: Weights = { ...weights, read: blank, readRows: blank };
  const used = new Set(tensorsOutside(architecture));
  let bytes = 0;
  for (const part of partsOf(architecture, model, weights)) {
    const { external, model: message } = segmentGraph(architecture, model, header, part, used);
    bytes += external.reduce((sum, { byteLength }) => sum + byteLength, message.length);
  }
  refuseUnread(weights, used);
  return bytes;

  /** Vectors travel inside a graph's message; zeros are as long. */
  function blank(name: string): Uint8Array {
    return new Uint8Array(weights.tensors.get(name)?.byteLength ?? 0);
  }
}

/** What is kept of the positions that were run: residuals, keys and values, float32. */
function storeBytes({ layers, dimensions, keyValueHeads, headSize }: Hyperparameters, positions: number): number {
  return positions * 4 * ((layers + 1) * dimensions + 2 * layers * keyValueHeads * headSize);
}

/** To two digits, in MB or GB. */
const inWords = (bytes: number): string => (bytes < 999.5e6 ? `${Math.max(1, Math.round(bytes / 1e6))} MB` : `${(bytes / 1e9).toFixed(1)} GB`);
