import type { LayerPart } from '../../shared/ablation';
import type { RowStep, Stage } from '../kernels/layerProgram';
import { floatBytes } from '../kernels/storedRows';
import { after, columnsOf, writes, type GroupProgram } from './ablation';
import type { KernelLayers, LayerGroup } from './kernelLayers';
import type { PartOperands } from './layerSteps';
import type { TextMemories } from './textMemory';
import type { InnerRuns, TrunkControl } from './trunk';

/** Programs that begin at a residual. A group of layers without a program is left out. */
export interface Passage {
  /** The residual that enters. */
  readonly layer: number;
  readonly programs: readonly (GroupProgram | undefined)[];
}

/** Runs positions from `past` on through a passage. Returns the addresses of the operands of the last group. */
type RunPassage = (
  residual: Float32Array,
  past: number,
  control: TrunkControl,
  passage: Passage,
) => Promise<readonly number[]>;

/** Runs of the complete model from inside the text of a trunk. */
export class KernelInnerRuns implements InnerRuns {
  /** From one residual to the last. Kept, because the cells of a row of a grid share it. */
  #rest: Passage | undefined;

  constructor(
    private readonly layers: KernelLayers,
    private readonly text: TextMemories,
    private readonly run: RunPassage,
    /** Positions that run together. */
    private readonly together: number,
  ) {}

  output(part: LayerPart, at: number, control: TrunkControl = {}): Promise<Float32Array> {
    const { group, operands } = this.#layer(part.layer);
    const { x, from, count } = columnsOf(part, operands, this.layers.model);
    return this.layers.alone.do(async () => {
      const stages = upTo(x, stagesFrom(group, part.layer));
      const addresses = await this.#runLayer(group, part.layer, at, stages, control);
      return group.memory.floats((addresses[x] as number) + floatBytes * from, count).slice();
    }, control.signal);
  }

  withOutput(part: LayerPart, at: number, values: Float32Array, control: TrunkControl = {}): Promise<Float32Array> {
    const { group, operands } = this.#layer(part.layer);
    const { memory } = group;
    const columns = columnsOf(part, operands, this.layers.model);
    const next = part.layer + 1;
    return this.layers.alone.do(async () => {
      const placed = memory.allocate(values.length * floatBytes);
      memory.floats(placed, values.length).set(values);
      const step: RowStep = { kind: 'replace', ...columns, values: placed };
      const stages = upTo(residualOperand(group, next), stagesFrom(group, part.layer));
      const row = () => this.text.of(group).residuals(next, at, 1);
      // The layer's keys and values come out as they were: they do not depend on its outputs.
      const before = row().slice();
      try {
        const changed = stages.flatMap((stage) => after(stage, columns.x, step));
        await this.#runLayer(group, part.layer, at, changed, control);
        return row().slice();
      } finally {
        row().set(before);
        memory.release(placed);
      }
    }, control.signal);
  }

  withResidual(
    layer: number,
    at: number,
    values: Float32Array,
    position: number,
    control: TrunkControl = {},
  ): Promise<Float32Array> {
    const { dimensions, layers } = this.layers.model;
    const last = () => this.text.residuals(layers, position + 1).slice(position * dimensions);
    return this.layers.alone.do(async () => {
      if (layer === layers) return at === position ? values.slice() : last();
      const room = this.text.of(this.#layer(layer).group);
      const passage = this.#from(layer);
      const before = this.text.copyRows(at, position + 1 - at, layer);
      try {
        room.residuals(layer, at, 1).set(values);
        for (let first = at; first <= position; first += this.together) {
          const rows = Math.min(this.together, position + 1 - first);
          await this.run(room.residuals(layer, first, rows), first, control, passage);
        }
        return last();
      } finally {
        this.text.putBack(at, before);
      }
    }, control.signal);
  }

  release(): void {
    for (const program of this.#rest?.programs ?? []) program?.release();
    this.#rest = undefined;
  }

  #from(layer: number): Passage {
    if (this.#rest?.layer === layer) return this.#rest;
    this.release();
    const programs = this.layers.groups.map((group): GroupProgram | undefined => {
      const { first, count, program, plan } = group;
      if (layer >= first + count) return undefined;
      if (layer <= first) return { program, stages: plan.program.stages.length, release: () => undefined };
      return this.#handOver(group, stagesFrom(group, layer));
    });
    return (this.#rest = { layer, programs });
  }

  /** Runs one position through some stages of a layer. */
  async #runLayer(
    group: LayerGroup,
    layer: number,
    at: number,
    stages: readonly Stage[],
    control: TrunkControl,
  ): Promise<readonly number[]> {
    const program = this.#handOver(group, stages);
    const programs = this.layers.groups.map((one) => (one === group ? program : undefined));
    try {
      return await this.run(this.text.of(group).residuals(layer, at, 1), at, control, { layer, programs });
    } finally {
      program.release();
    }
  }

  #handOver({ memory, plan }: LayerGroup, stages: readonly Stage[]): GroupProgram {
    const { team } = this.layers;
    const program = team.handOver(memory, { ...plan.program, stages });
    return { program, stages: stages.length, release: () => team.forgetProgram(memory, program) };
  }

  #layer(layer: number): { readonly group: LayerGroup; readonly operands: PartOperands } {
    for (const group of this.layers.groups) {
      const operands = group.plan.parts.get(layer);
      if (operands) return { group, operands };
    }
    throw new RangeError(`Layer ${layer} was asked for; the model has ${this.layers.model.layers}.`);
  }
}

const residualOperand = ({ plan }: LayerGroup, layer: number): number =>
  plan.operands.findIndex((operand) => operand.kind === 'residual' && operand.layer === layer);

/**
 * The stages of a group that follow from a residual. Nobody reads the sizes of parts in such a run, and those of the
 * layer before would be measured from slots that hold other values by now.
 */
function stagesFrom(group: LayerGroup, layer: number): Stage[] {
  const stages = group.plan.program.stages.map((stage): Stage =>
    stage.kind === 'rows' ? { kind: 'rows', steps: stage.steps.filter(({ kind }) => kind !== 'part') } : stage,
  );
  if (layer === group.first) return stages;
  const operand = residualOperand(group, layer);
  const begin = stages.findIndex((stage) => writes(stage, operand));
  return stages.slice(begin).map((stage, i) => (i === 0 ? afterwards(stage, operand) : stage));
}

/** The steps of a stage after the one that writes an operand. */
function afterwards(stage: Stage, operand: number): Stage {
  if (stage.kind !== 'rows') throw new RangeError('A residual was expected to be written by a step on rows.');
  return {
    kind: 'rows',
    steps: stage.steps.slice(stage.steps.findIndex((step) => 'out' in step && step.out === operand) + 1),
  };
}

/** The stages up to the one that writes an operand. */
const upTo = (operand: number, stages: readonly Stage[]): Stage[] =>
  stages.slice(0, stages.findIndex((stage) => writes(stage, operand)) + 1);
