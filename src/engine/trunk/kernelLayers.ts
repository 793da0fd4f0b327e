import type { Hyperparameters } from '../architecture/hyperparameters';
import { aligned, Scratch } from '../kernels/layout';
import type { KernelMemory } from '../kernels/memory';
import { floatBytes } from '../kernels/storedRows';
import type { Team } from '../kernels/team';
import { OneAtATime } from '../tasks/oneAtATime';
import { pause } from '../tasks/pause';
import type { TensorInfo, Weights } from '../weights/weights';
import { planLayers, type LayerPlan, type LayerRange, type LayersInFile } from './layerSteps';
import type { TrunkControl } from './trunk';

/** Bytes of layers in one memory. The rest of its 4 GiB is for texts. */
export const mostLayerBytes = 1.5 * 2 ** 30;
/** Some layers, their memory, and the program that runs them. */
export interface LayerGroup extends LayerRange {
  readonly memory: KernelMemory;
  readonly plan: LayerPlan;
  /** Addresses of the matrices by the names of their tensors. */
  readonly matrices: ReadonlyMap<string, number>;
  readonly program: number;
  readonly scratch: Scratch;
}

/** The plan of some layers and the bytes of their tensors that were not `seen`, from the header alone. */
export function plannedBytes(
  file: LayersInFile,
  layers: LayerRange,
  seen = new Set<string>(),
): { readonly bytes: number; readonly plan: LayerPlan } {
  const { weights } = file;
  // Only the lengths of vectors matter.
  const blank = (name: string) => new Uint8Array(weights.tensors.get(name)?.byteLength ?? 0);
  let bytes = 0;
  const plan = planLayers({ ...file, weights: { ...weights, read: blank, readRows: blank } }, layers, {
    matrix(tensor) {
      if (!seen.has(tensor.name)) bytes += placedBytes(tensor);
      seen.add(tensor.name);
      return 0;
    },
    vector(values) {
      bytes += paddedBytes(values.length);
      return 0;
    },
  });
  return { bytes, plan };
}

/** Kernels may read sixteen rows and sixteen numbers where fewer are left. */
export const placedBytes = ({ byteLength, shape }: TensorInfo): number => {
  const rows = shape.slice(0, -1).reduce((product, side) => product * side, 1);
  return aligned(rows < 16 ? byteLength * 16 : byteLength) + 64;
};
export const paddedBytes = (length: number): number => aligned((length + 16) * floatBytes);

export class KernelLayers {
  /** Values between the steps belong to one text at a time. */
  readonly alone = new OneAtATime();

  private constructor(
    readonly team: Team,
    readonly groups: readonly LayerGroup[],
    readonly model: Hyperparameters,
    /** The tensors that were read. Weights that hold another under its name differ there. */
    readonly tensors: Weights['tensors'],
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
        made.push(memory);
        const onGroup = (fraction: number) => onFraction?.((group.first + group.count * fraction) / model.layers);
        const loaded = await loadGroup(memory, file, group, { signal, onFraction: onGroup });
        const program = team.handOver(memory, loaded.plan.program);
        groups.push({
          first: group.first,
          count: group.count,
          memory,
          ...loaded,
          program,
          scratch: new Scratch(memory),
        });
      }
      return new KernelLayers(team, groups, model, file.weights.tensors);
    } catch (error) {
      for (const memory of made) team.forget(memory);
      throw error;
    }
  }
}

/** Plans some layers and reads their tensors into a memory. */
async function loadGroup(
  memory: KernelMemory,
  file: LayersInFile,
  layers: LayerRange,
  { signal, onFraction }: TrunkControl,
): Promise<Pick<LayerGroup, 'plan' | 'matrices'>> {
  const placed = new Map<string, number>();
  const waiting: { readonly tensor: TensorInfo; readonly at: number }[] = [];
  const plan = planLayers(file, layers, {
    matrix(tensor) {
      const known = placed.get(tensor.name);
      if (known !== undefined) return known;
      const at = memory.allocate(placedBytes(tensor));
      placed.set(tensor.name, at);
      waiting.push({ tensor, at });
      return at;
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

function groupsOf(file: LayersInFile, most: number): (LayerRange & { readonly bytes: number })[] {
  const groups: { first: number; count: number; bytes: number }[] = [];
  let seen = new Set<string>();
  for (let layer = 0; layer < file.model.layers; layer++) {
    const one = { first: layer, count: 1 };
    const { bytes } = plannedBytes(file, one, seen);
    const last = groups.at(-1);
    if (last && last.bytes + bytes <= most) {
      last.count++;
      last.bytes += bytes;
      continue;
    }
    seen = new Set();
    groups.push({ ...one, bytes: plannedBytes(file, one, seen).bytes });
  }
  return groups;
}
