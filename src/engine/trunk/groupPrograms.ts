import { floatBytes } from '../kernels/storedRows';
import type { KernelLayers, LayerGroup } from './kernelLayers';
import { programWithout, type ReplacedPart } from './replacedParts';

/** The program that runs a group of layers. */
export interface GroupProgram {
  readonly program: number;
  readonly stages: number;
  /** Forgets what was made for it alone. */
  release(): void;
}

/** The programs of all groups: their own, or one that replaces the outputs of some parts. */
export const programsOf = (layers: KernelLayers, replaced: readonly ReplacedPart[]): GroupProgram[] =>
  layers.groups.map((group) => {
    const { first, count, plan, program } = group;
    const here = replaced.filter(({ part: { layer } }) => layer >= first && layer < first + count);
    if (here.length > 0) return changedProgram(layers, group, here);
    return { program, stages: plan.program.stages.length, release: () => undefined };
  });

function changedProgram(
  { team, model }: KernelLayers,
  group: LayerGroup,
  replaced: readonly ReplacedPart[],
): GroupProgram {
  const { memory, plan } = group;
  const placed: number[] = [];
  const place = ({ values }: ReplacedPart): number => {
    if (!values) return 0;
    const at = memory.allocate(values.length * floatBytes);
    memory.floats(at, values.length).set(values);
    placed.push(at);
    return at;
  };
  const changed = programWithout(plan, replaced, model, place);
  const program = team.handOver(memory, changed);
  return {
    program,
    stages: changed.stages.length,
    release() {
      team.forgetProgram(memory, program);
      for (const at of placed) memory.release(at);
    },
  };
}
