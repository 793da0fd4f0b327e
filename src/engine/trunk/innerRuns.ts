import type { LayerPart } from '../../shared/ablation';
import type { LayerStage } from '../kernels/layerProgram';
import { floatBytes } from '../kernels/storedRows';
import { afterStage, columnsOf, writes, type GroupProgram } from './ablation';
import type { KernelLayers, LayerGroup } from './kernelLayers';
import type { PartOperands } from './layerSteps';
import type { TextMemories } from './textMemory';
import type { InnerRuns, InnerVector, TrunkControl } from './trunk';

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

  read(vector: InnerVector, at: number, control: TrunkControl = {}): Promise<Float32Array> {
    return this.layers.alone.do(async () => {
      if (vector.kind === 'residual') return this.#residual(vector.layer, at);
      const { group, x, from, count } = this.#columns(vector);
      const stages = upTo(x, stagesFrom(group, vector.layer));
      const addresses = await this.#runLayer(group, vector.layer, at, stages, control);
      return group.memory.floats((addresses[x] as number) + floatBytes * from, count).slice();
    }, control.signal);
  }

  replaced(
    vector: InnerVector,
    at: number,
    by: Float32Array,
    position: number,
    control: TrunkControl = {},
  ): Promise<Float32Array> {
    return this.layers.alone.do(async () => {
      if (vector.kind === 'residual') return this.#withResidual(vector.layer, at, by, position, control);
      // The output of a part reaches other positions by the next residual alone.
      const next = await this.#withOutput(vector, at, by, control);
      return this.#withResidual(vector.layer + 1, at, next, position, control);
    }, control.signal);
  }

  /** The residual after a layer where a part of it has another output. */
  async #withOutput(part: LayerPart, at: number, by: Float32Array, control: TrunkControl): Promise<Float32Array> {
    const { group, ...columns } = this.#columns(part);
    const { memory } = group;
    const next = part.layer + 1;
    const values = memory.allocate(by.length * floatBytes);
    memory.floats(values, by.length).set(by);
    const stages = upTo(residualOperand(group, next), stagesFrom(group, part.layer)).flatMap((stage) =>
      afterStage(stage, columns.x, { kind: 'replace', ...columns, values }),
    );
    const row = () => this.text.of(group).residuals(next, at, 1);
    // The layer's keys and values come out as they were: they do not depend on its outputs.
    const before = row().slice();
    try {
      await this.#runLayer(group, part.layer, at, stages, control);
      return row().slice();
    } finally {
      row().set(before);
      memory.release(values);
    }
  }

  async #withResidual(
    layer: number,
    at: number,
    by: Float32Array,
    position: number,
    control: TrunkControl,
  ): Promise<Float32Array> {
    const { layers } = this.layers.model;
    if (layer === layers) return at === position ? by.slice() : this.#residual(layers, position);
    const room = this.text.of(this.#groupOf(layer));
    const passage = this.#from(layer);
    const before = this.text.copyRows(at, position + 1 - at, layer);
    try {
      room.residuals(layer, at, 1).set(by);
      for (let first = at; first <= position; first += this.together) {
        const rows = Math.min(this.together, position + 1 - first);
        await this.run(room.residuals(layer, first, rows), first, control, passage);
      }
      return this.#residual(layers, position);
    } finally {
      this.text.putBack(at, before);
    }
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
      if (layer <= first) return { program, stages: plan.program.stages, release: () => undefined };
      return this.#handOver(group, stagesFrom(group, layer));
    });
    return (this.#rest = { layer, programs });
  }

  /** Runs one position through some stages of a layer. */
  async #runLayer(
    group: LayerGroup,
    layer: number,
    at: number,
    stages: readonly LayerStage[],
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

  #handOver({ memory, plan }: LayerGroup, stages: readonly LayerStage[]): GroupProgram {
    const { team } = this.layers;
    const program = team.handOver(memory, { ...plan.program, stages });
    return { program, stages, release: () => team.forgetProgram(memory, program) };
  }

  #residual(layer: number, at: number): Float32Array {
    return this.text.residuals(layer, at + 1).slice(at * this.layers.model.dimensions);
  }

  #columns(part: LayerPart) {
    const group = this.#groupOf(part.layer);
    return { group, ...columnsOf(part, group.plan.parts.get(part.layer) as PartOperands, this.layers.model) };
  }

  #groupOf(layer: number): LayerGroup {
    return this.layers.groups.find(({ plan }) => plan.parts.has(layer)) as LayerGroup;
  }
}

const residualOperand = ({ plan }: LayerGroup, layer: number): number =>
  plan.operands.findIndex((operand) => operand.kind === 'residual' && operand.layer === layer);

/**
 * The stages of a group that follow from a residual. Nobody reads the sizes of parts in such a run, and those of the
 * layer before would be measured from slots that hold other values by now.
 */
function stagesFrom(group: LayerGroup, layer: number): LayerStage[] {
  const operand = residualOperand(group, layer);
  const { stages } = group.plan.program;
  // No step of a group writes its first residual.
  const begin = stages.findIndex((stage) => writes(stage, operand));
  return stages.slice(Math.max(0, begin)).map((stage, i) => {
    if (stage.kind !== 'rows') return stage;
    const written = i === 0 ? stage.steps.findIndex((step) => 'out' in step && step.out === operand) : -1;
    return {
      kind: 'rows',
      steps: stage.steps.slice(written + 1).filter(({ kind }) => kind !== 'part' && kind !== 'keep'),
    };
  });
}

/** The stages up to the one that writes an operand. */
const upTo = (operand: number, stages: readonly LayerStage[]): LayerStage[] =>
  stages.slice(0, stages.findIndex((stage) => writes(stage, operand)) + 1);
