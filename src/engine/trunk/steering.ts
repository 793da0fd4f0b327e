import type { RowStep } from '../kernels/layerProgram';
import { doubleBytes } from '../kernels/storedRows';
import { afterStage, perGroup, type GroupProgram } from './ablation';
import type { KernelLayers, LayerGroup } from './kernelLayers';
import type { ResidualEdit, SteeredTrunk } from './trunk';

interface Steered extends Pick<SteeredTrunk, 'setStrength'> {
  readonly programs: readonly GroupProgram[];
}

/** Programs of all groups that change residuals as soon as they are computed. */
export function steeredLayers(layers: KernelLayers, edit: ResidualEdit): Steered {
  const programs = perGroup(layers, (group) => steeredGroup(layers, group, edit));
  return { programs, setStrength: (strength) => programs.forEach((group) => group.setStrength(strength)) };
}

function steeredGroup(
  { team }: KernelLayers,
  { memory, plan, program: own, first, count }: LayerGroup,
  { vector, projects, residuals, from, to }: ResidualEdit,
): GroupProgram & Pick<SteeredTrunk, 'setStrength'> {
  let { stages } = plan.program;
  // The residual between two groups comes changed from the first of them.
  const here = residuals.filter((residual) => residual <= first + count && (residual > first || first === 0));
  if (here.length === 0) return { program: own, stages, release: () => undefined, setStrength: () => undefined };
  const at = memory.allocate((1 + vector.length) * doubleBytes);
  memory.doubles(at + doubleBytes, vector.length).set(vector);
  for (const residual of here) {
    const x = plan.operands.findIndex((operand) => operand.kind === 'residual' && operand.layer === residual);
    const step: RowStep = { kind: 'steer', x, width: vector.length, vector: at, projects, begin: from, end: to };
    stages =
      residual === 0
        ? [{ kind: 'rows', steps: [step] }, ...stages]
        : stages.flatMap((stage) => afterStage(stage, x, step));
  }
  const program = team.handOver(memory, { ...plan.program, stages });
  const setStrength = (strength: number) => memory.doubles(at, 1).set([strength]);
  setStrength(0);
  return {
    program,
    stages,
    release() {
      team.forgetProgram(memory, program);
      memory.release(at);
    },
    setStrength,
  };
}
