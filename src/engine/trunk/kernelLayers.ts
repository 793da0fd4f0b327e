import type { Hyperparameters } from '../architecture/hyperparameters';
import { aligned, Scratch } from '../kernels/layout';
import type { KernelMemory } from '../kernels/memory';
import { floatBytes } from '../kernels/storedRows';
import type { Team } from '../kernels/team';
import { OneAtATime } from '../tasks/oneAtATime';
import { pause } from '../tasks/pause';
import type { TensorInfo, Weights } from '../weights/weights';
import { ExpertCache, expertBytes, expertsIn, paddedRows, tableBytes } from './expertCache';
import { planLayers, type LayerPlan, type LayerRange, type LayersInFile } from './layerSteps';
import type { TrunkControl } from './trunk';

/** Bytes of layers in one memory. The rest of its 4 GiB is for texts. */
export const mostLayerBytes = 1.5 * 2 ** 30;
/** Some layers, their memory, and the program that runs them. */
export interface LayerGroup extends LayerRange {
  readonly memory: KernelMemory;
  readonly plan: LayerPlan;
  /** Addresses of the matrices, or of the tables of experts, by the names of their tensors. */
  readonly matrices: ReadonlyMap<string, number>;
  /** If some are read from the file. */
  readonly experts?: ExpertCache | undefined;
  readonly program: number;
  readonly scratch: Scratch;
}

/** Bytes of some layers, those of experts apart from the others. */
export interface LayerBytes {
  readonly others: number;
  readonly experts: number;
  /** The largest matrix of an expert. */
  readonly slot: number;
  /** The most matrices of experts that a stage multiplies, for which a cache has room. */
  readonly together: number;
}

/** The plan of some layers and the bytes of their tensors that were not `seen`, from the header alone. */
export function plannedBytes(
  file: LayersInFile,
  layers: LayerRange,
  seen = new Set<string>(),
): LayerBytes & { readonly plan: LayerPlan } {
  const { weights } = file;
  // Only the lengths of vectors matter.
  const blank = (name: string) => new Uint8Array(weights.tensors.get(name)?.byteLength ?? 0);
  let [others, experts, slot] = [0, 0, 0];
  const plan = planLayers({ ...file, weights: { ...weights, read: blank, readRows: blank } }, layers, {
    matrix(tensor) {
      if (seen.has(tensor.name)) return 0;
      seen.add(tensor.name);
      const count = expertsIn(tensor);
      others += count > 0 ? tableBytes(tensor) : placedBytes(tensor);
      experts += count * expertBytes(tensor);
      if (count > 0) slot = Math.max(slot, expertBytes(tensor));
      return 0;
    },
    vector(values) {
      others += paddedBytes(values.length);
      return 0;
    },
  });
  const together = plan.program.stages.map((stage) =>
    stage.kind === 'products' ? stage.products.reduce((sum, product) => sum + (product.experts?.count ?? 0), 0) : 0,
  );
  return { others, experts, slot, together: Math.max(...together), plan };
}

/** How many experts the cache of some layers holds; 0 if memory holds all. */
const cacheSlots = ({ experts, slot, together }: LayerBytes, share = 1): number =>
  share < 1 && experts > 0 ? Math.max(together, Math.floor((share * experts) / slot)) : 0;

const bytesOf = (layers: LayerBytes, share: number | undefined): number =>
  layers.others + (cacheSlots(layers, share) * layers.slot || layers.experts);

const placedBytes = ({ byteLength, shape }: TensorInfo): number =>
  paddedRows(
    byteLength,
    shape.slice(0, -1).reduce((product, side) => product * side, 1),
  );

/**
 * Makes room for a matrix, or for the table and the matrices of experts. `rows` is the address to read the tensor to,
 * null if a cache reads it when it runs.
 */
export function placeMatrix(
  { memory, experts: cache }: Pick<LayerGroup, 'memory' | 'experts'>,
  weights: Weights,
  tensor: TensorInfo,
  place: (bytes: number) => number,
): { readonly address: number; readonly rows: number | null } {
  const [experts, table] = [expertsIn(tensor), tableBytes(tensor)];
  const isCached = cache !== undefined && experts > 0;
  const address = place(table + (isCached ? 0 : placedBytes(tensor)));
  if (isCached) cache.add(address, tensor, weights);
  else
    memory
      .integers(address, experts)
      .forEach((_, i, all) => (all[i] = address + table + (i * tensor.byteLength) / experts));
  return { address, rows: isCached ? null : address + table };
}
export const paddedBytes = (length: number): number => aligned((length + 16) * floatBytes);

export class KernelLayers {
  /** Values between the steps belong to one text at a time. */
  readonly alone = new OneAtATime();

  private constructor(
    readonly team: Team,
    readonly groups: readonly LayerGroup[],
    readonly model: Hyperparameters,
    /** Of the layers. Others that hold another tensor under its name differ there. */
    readonly weights: Weights,
  ) {}

  /** Reads the layers. Throws `EngineError('no-memory')` and keeps nothing if they do not fit. */
  static async load(
    team: Team,
    file: LayersInFile,
    { signal, onFraction }: TrunkControl,
    most = mostLayerBytes,
  ): Promise<KernelLayers> {
    const { model } = file;
    const groups: LayerGroup[] = [];
    const made: KernelMemory[] = [];
    try {
      for (const group of groupsOf(file, most)) {
        const memory = team.memory(group.bytes);
        const experts = group.slots > 0 ? new ExpertCache(memory, group.slots, group.slot) : undefined;
        made.push(memory);
        const onGroup = (fraction: number) => onFraction?.((group.first + group.count * fraction) / model.layers);
        const loaded = await loadGroup({ memory, experts }, file, group, { signal, onFraction: onGroup });
        const program = team.handOver(memory, loaded.plan.program);
        groups.push({
          first: group.first,
          count: group.count,
          memory,
          experts,
          ...loaded,
          program,
          scratch: new Scratch(memory),
        });
      }
      return new KernelLayers(team, groups, model, file.weights);
    } catch (error) {
      for (const memory of made) team.forget(memory);
      throw error;
    }
  }
}

/** Plans some layers and reads their tensors into a memory. */
async function loadGroup(
  group: Pick<LayerGroup, 'memory' | 'experts'>,
  file: LayersInFile,
  layers: LayerRange,
  { signal, onFraction }: TrunkControl,
): Promise<Pick<LayerGroup, 'plan' | 'matrices'>> {
  const { memory } = group;
  const placed = new Map<string, number>();
  const waiting: { readonly tensor: TensorInfo; readonly at: number }[] = [];
  const plan = planLayers(file, layers, {
    matrix(tensor) {
      const known = placed.get(tensor.name);
      if (known !== undefined) return known;
      const { address, rows } = placeMatrix(group, file.weights, tensor, (bytes) => memory.allocate(bytes));
      placed.set(tensor.name, address);
      if (rows !== null) waiting.push({ tensor, at: rows });
      return address;
    },
    vector(values) {
      const at = memory.allocate(paddedBytes(values.length));
      memory.floats(at, values.length).set(values);
      return at;
    },
  });
  for (const [done, { tensor, at }] of waiting.entries()) {
    file.weights.read(tensor.name, (length) => memory.raw(at, length));
    onFraction?.((done + 1) / waiting.length);
    await pause(signal);
  }
  return { plan, matrices: placed };
}

/** Layers that share a memory, its bytes, and the slots of its cache of experts. */
export function groupsOf(
  file: LayersInFile,
  most = mostLayerBytes,
): (LayerRange & { readonly bytes: number; readonly slots: number; readonly slot: number })[] {
  const { expertShare: share } = file;
  const groups: (LayerRange & LayerBytes)[] = [];
  let seen = new Set<string>();
  for (let first = 0; first < file.model.layers; first++) {
    const one = { first, count: 1 };
    const own = plannedBytes(file, one, seen);
    const last = groups.at(-1);
    const joined = last && {
      first: last.first,
      count: last.count + 1,
      others: last.others + own.others,
      experts: last.experts + own.experts,
      slot: Math.max(last.slot, own.slot),
      together: Math.max(last.together, own.together),
    };
    if (joined && bytesOf(joined, share) <= most) groups[groups.length - 1] = joined;
    else {
      seen = new Set();
      groups.push({ ...plannedBytes(file, one, seen), ...one });
    }
  }
  return groups.map((group) => ({
    first: group.first,
    count: group.count,
    bytes: bytesOf(group, share),
    slots: cacheSlots(group, share),
    slot: group.slot,
  }));
}
