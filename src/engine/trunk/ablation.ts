import type { LayerPart } from '../../shared/ablation';
import type { Hyperparameters } from '../architecture/hyperparameters';
import type { LayerProgram, RowStep, LayerStage } from '../kernels/layerProgram';
import { floatBytes } from '../kernels/storedRows';
import type { KernelLayers, LayerGroup } from './kernelLayers';
import type { LayerPlan, PartOperands } from './layerSteps';
import type { ReplacedOutput } from './trunk';

export interface GroupProgram {
  readonly program: number;
  readonly stages: readonly LayerStage[];
  /** Its slots and operands, if they are not the group's. */
  readonly plan?: LayerPlan;
  /** Frees what was allocated for it alone. */
  release(): void;
}

/** A program for each group. If one cannot be made, the others are released. */
export function perGroup<T extends Pick<GroupProgram, 'release'> | undefined>(
  { groups }: KernelLayers,
  make: (group: LayerGroup) => T,
): T[] {
  const made: T[] = [];
  try {
    for (const group of groups) made.push(make(group));
  } catch (error) {
    for (const one of made) one?.release();
    throw error;
  }
  return made;
}

/** The programs of all groups: their own, or one that replaces the outputs of some parts. */
export const programsOf = (layers: KernelLayers, ablated: readonly ReplacedOutput[]): GroupProgram[] =>
  perGroup(layers, (group) => {
    const { first, count, plan, program } = group;
    const here = ablated.filter(({ part: { layer } }) => layer >= first && layer < first + count);
    if (here.length > 0) return changedProgram(layers, group, here);
    return { program, stages: plan.program.stages, release: () => undefined };
  });

function changedProgram(
  { team, model }: KernelLayers,
  { memory, plan }: LayerGroup,
  ablated: readonly ReplacedOutput[],
): GroupProgram {
  const placed: number[] = [];
  const place = ({ values }: ReplacedOutput): number => {
    if (!values) return 0;
    const at = memory.allocate(values.length * floatBytes);
    memory.floats(at, values.length).set(values);
    placed.push(at);
    return at;
  };
  const changed = ablatedProgram(plan, ablated, model, place);
  const program = team.handOver(memory, changed);
  return {
    program,
    stages: changed.stages,
    release() {
      team.forgetProgram(memory, program);
      for (const at of placed) memory.release(at);
    },
  };
}

/**
 * The program of some layers with steps that overwrite the outputs of these parts as soon as they are computed.
 * `addressOf` returns the address of a part's values, 0 for zeros.
 */
function ablatedProgram(
  { program, parts }: LayerPlan,
  ablated: readonly ReplacedOutput[],
  model: Hyperparameters,
  addressOf: (part: ReplacedOutput) => number,
): LayerProgram {
  let { stages } = program;
  for (const one of ablated) {
    const operands = parts.get(one.part.layer);
    if (!operands) throw new RangeError(`Layer ${one.part.layer} is not one of the program’s.`);
    const columns = columnsOf(one.part, operands, model);
    stages = stages.flatMap((stage) =>
      afterStage(stage, columns.x, { kind: 'replace', ...columns, values: addressOf(one) }),
    );
  }
  return { ...program, stages };
}

/** The columns of an operand that hold the output of a part. */
export function columnsOf(part: LayerPart, operands: PartOperands, { heads: count, dimensions }: Hyperparameters) {
  const { heads, neurons, experts } = operands;
  if (part.kind === 'neuron') return { x: neurons.operand, width: neurons.width, from: part.index, count: 1 };
  if (part.kind === 'expert') {
    if (!experts) throw new RangeError(`Layer ${part.layer} has no experts.`);
    return { x: experts.operand, width: experts.width, from: part.expert, count: 1 };
  }
  if (part.kind !== 'head') return { x: operands[part.kind], width: dimensions, from: 0, count: dimensions };
  const size = heads.width / count;
  return { x: heads.operand, width: heads.width, from: part.head * size, count: size };
}

/** The stage with a step after the one that writes an operand; the stage alone if it does not write it. */
export function afterStage(stage: LayerStage, operand: number, step: RowStep): LayerStage[] {
  if (!writes(stage, operand)) return [stage];
  if (stage.kind !== 'rows') return [stage, { kind: 'rows', steps: [step] }];
  const at = stage.steps.findLastIndex((own) => 'out' in own && own.out === operand);
  return [{ kind: 'rows', steps: stage.steps.toSpliced(at + 1, 0, step) }];
}

export function writes(stage: LayerStage, operand: number): boolean {
  if ('out' in stage) return stage.out === operand;
  const steps: readonly object[] = stage.kind === 'rows' ? stage.steps : stage.products;
  return steps.some((step) => 'out' in step && step.out === operand);
}
