import { perGroup, type GroupProgram } from './ablation';
import type { LayerChanges } from './changes';
import { paddedBytes, placeMatrix, type KernelLayers, type LayerGroup } from './kernelLayers';
import { planLayers } from './layerSteps';

/** The programs of changed layers. Groups of layers that do not run have none. */
export const changedPrograms = (layers: KernelLayers, changes: LayerChanges): (GroupProgram | undefined)[] =>
  perGroup(layers, (group) =>
    changes.from < group.first + group.count ? changedGroup(layers, group, changes) : undefined,
  );

/** Reads the changed matrices beside the group's own, and all vectors, which are small. */
function changedGroup(
  { team, weights: { tensors } }: KernelLayers,
  { memory, first, count, matrices, experts }: LayerGroup,
  { file, from }: LayerChanges,
): GroupProgram {
  const taken: number[] = [];
  const place = (bytes: number): number => {
    const at = memory.allocate(bytes);
    taken.push(at);
    return at;
  };
  const release = () =>
    taken.forEach((at) => {
      experts?.remove(at);
      memory.release(at);
    });
  const placed = new Map([...matrices].filter(([name]) => tensors.get(name) === file.weights.tensors.get(name)));
  try {
    const start = Math.max(first, from);
    const plan = planLayers(
      file,
      { first: start, count: first + count - start },
      {
        matrix(tensor) {
          const known = placed.get(tensor.name);
          if (known !== undefined) return known;
          const { address, rows } = placeMatrix({ memory, experts }, file.weights, tensor, place);
          placed.set(tensor.name, address);
          if (rows !== null) file.weights.read(tensor.name, (length) => memory.raw(rows, length));
          return address;
        },
        vector(values) {
          const at = place(paddedBytes(values.length));
          memory.floats(at, values.length).set(values);
          return at;
        },
      },
    );
    const program = team.handOver(memory, plan.program);
    return {
      program,
      plan,
      stages: plan.program.stages,
      release() {
        team.forgetProgram(memory, program);
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}
