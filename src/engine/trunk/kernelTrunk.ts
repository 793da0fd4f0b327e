import type { Signal } from '../../shared/engine';
import type { Architecture } from '../architecture/architecture';
import type { Hyperparameters } from '../architecture/hyperparameters';
import type { Entrance } from './entrance';
import type { FinalNorm } from './finalNorm';
import { panelRows } from '../kernels/kernels';
import { roomForLayers } from '../kernels/layerProgram';
import { planLayers, type LayerPlan, type Operand } from './layerSteps';
import { aligned, Layout, Scratch } from '../kernels/layout';
import type { KernelMemory } from '../kernels/memory';
import { measuredNumbers, roomForResiduals } from '../kernels/residualMeasures';
import { doubleBytes, floatBytes, panelRoom } from '../kernels/storedRows';
import type { Team } from '../kernels/team';
import { OneAtATime } from '../tasks/oneAtATime';
import { pause } from '../tasks/pause';
import { writeAngles } from './positionInputs';
import { angleFrom, checkFinite, type ResidualMeasures, type TokenRows } from './residuals';
import { TextRooms, type TextRoom } from './textRooms';
import type { HomeTrunk, Replay, SampleRows, TrunkControl, TrunkStore } from './trunk';
import { tensorTypes } from '../weights/types/types';
import type { TensorInfo, Weights } from '../weights/weights';

/**
 * Positions that run together. The weights are unpacked once for all of them, and the values between layers are
 * allocated for as many.
 */
export const sliceLength = 256;
/** Bytes of layers in one memory. The rest of its 4 GiB is for texts. */
export const mostLayerBytes = 1.5 * 2 ** 30;
/** Longer slices run as several works, so that others can run in between. */
const briefRows = 32;
const worksOfSlice = 6;

/** Some layers, their memory, and the program that runs them. */
export interface LayerGroup {
  readonly first: number;
  readonly count: number;
  readonly memory: KernelMemory;
  readonly plan: LayerPlan;
  readonly program: number;
  readonly scratch: Scratch;
}

/** The plan of some layers and the bytes of its tensors, from the header alone. */
export function plannedBytes(
  architecture: Architecture,
  model: Hyperparameters,
  weights: Weights,
  layers: { readonly first: number; readonly count: number },
): { readonly bytes: number; readonly plan: LayerPlan } {
  // Only the lengths of vectors matter.
  const blank = (name: string) => new Uint8Array(weights.tensors.get(name)?.byteLength ?? 0);
  const seen = new Set<string>();
  let bytes = 0;
  const plan = planLayers(architecture, model, { ...weights, read: blank, readRows: blank }, layers, {
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
const placedBytes = ({ byteLength, shape }: TensorInfo): number =>
  aligned((shape[0] as number) < 16 ? byteLength * 16 : byteLength) + 64;
const paddedBytes = (length: number): number => aligned((length + 16) * floatBytes);

/** The layers of a model in a team's memories. */
export class KernelLayers {
  /** Values between the steps belong to one text at a time. */
  readonly alone = new OneAtATime();

  private constructor(
    readonly team: Team,
    readonly groups: readonly LayerGroup[],
    readonly model: Hyperparameters,
  ) {}

  /** Reads the layers. Throws `EngineError('no-memory')` and keeps nothing if they do not fit. */
  static async load(
    team: Team,
    architecture: Architecture,
    model: Hyperparameters,
    weights: Weights,
    { signal, onFraction }: TrunkControl,
  ): Promise<KernelLayers> {
    const groups: LayerGroup[] = [];
    const made: KernelMemory[] = [];
    try {
      for (const { first, count, bytes } of groupsOf(architecture, model, weights)) {
        const memory = team.memory(bytes);
        made.push(memory);
        const placed = new Map<string, number>();
        const waiting: { readonly tensor: TensorInfo; readonly at: number }[] = [];
        const plan = planLayers(
          architecture,
          model,
          weights,
          { first, count },
          {
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
          },
        );
        for (const [done, { tensor, at }] of waiting.entries()) {
          weights.read(tensor.name, (length) => memory.raw(at, length));
          onFraction?.((first + (count * (done + 1)) / waiting.length) / model.layers);
          await pause(signal);
        }
        groups.push({
          first,
          count,
          memory,
          plan,
          program: team.handOver(memory, plan.program),
          scratch: new Scratch(memory),
        });
      }
      return new KernelLayers(team, groups, model);
    } catch (error) {
      for (const memory of made) team.forget(memory);
      throw error;
    }
  }
}

function groupsOf(
  architecture: Architecture,
  model: Hyperparameters,
  weights: Weights,
): { readonly first: number; readonly count: number; readonly bytes: number }[] {
  const groups: { first: number; count: number; bytes: number }[] = [];
  for (let layer = 0; layer < model.layers; layer++) {
    const { bytes } = plannedBytes(architecture, model, weights, { first: layer, count: 1 });
    const last = groups.at(-1);
    if (last && last.bytes + bytes <= mostLayerBytes) {
      last.count++;
      last.bytes += bytes;
    } else groups.push({ first: layer, count: 1, bytes });
  }
  return groups;
}

/** The layers on the team's threads, with the state of one text. */
export class KernelTrunk implements HomeTrunk, TrunkStore {
  #ids: number[] = [];
  readonly #rooms: TextRooms;

  constructor(
    private readonly layers: KernelLayers,
    readonly entrance: Entrance,
  ) {
    this.#rooms = new TextRooms(layers.groups, layers.model);
  }

  anew(): KernelTrunk {
    return new KernelTrunk(this.layers, this.entrance);
  }

  release(): void {
    this.#rooms.release();
  }

  get store(): TrunkStore {
    return this;
  }

  get length(): number {
    return this.#ids.length;
  }

  residuals(layer: number): Float32Array {
    return this.#rooms.residuals(layer, this.length);
  }

  attentionSize(layer: number): Float64Array {
    return this.#rooms.partSizes('attentionSize', layer, this.length);
  }

  feedForwardSize(layer: number): Float64Array {
    return this.#rooms.partSizes('feedForwardSize', layer, this.length);
  }

  unpacked({ type, bytes, rowBytes, columns }: SampleRows): Promise<Float32Array> {
    const { team, groups, alone } = this.layers;
    const { memory, scratch } = groups[0] as LayerGroup;
    const count = Math.ceil(bytes.length / rowBytes / panelRows);
    return alone.do(async () => {
      const layout = new Layout();
      const [rows, rooms, out] = [
        layout.part(count * panelRows * rowBytes),
        layout.part(team.threads * panelRoom),
        layout.part(count * columns * panelRows * floatBytes),
      ];
      const at = scratch.of(layout.bytes);
      memory.raw(at + rows, count * panelRows * rowBytes).fill(0);
      memory.raw(at + rows, bytes.length).set(bytes);
      await team.run(memory, () => ({
        kind: 'unpack',
        matrix: { at: at + rows, type: tensorTypes[type].ggufId, rowBytes, columns },
        groups: count,
        out: at + out,
        room: { at: at + rooms, bytes: panelRoom },
      }));
      return memory.floats(at + out, count * columns * panelRows).slice();
    });
  }

  async run(ids: ArrayLike<number>, { signal, onFraction }: TrunkControl): Promise<TrunkStore> {
    let known = 0;
    while (known < this.length && known < ids.length && this.#ids[known] === ids[known]) known++;
    this.#ids.length = known;
    this.#rooms.reserve(ids.length, known);
    for (let first = known; first < ids.length; first += sliceLength) {
      const slice = Array.prototype.slice.call(ids, first, Math.min(first + sliceLength, ids.length)) as number[];
      const fraction = (share: number) => onFraction?.((first - known + share * slice.length) / (ids.length - known));
      await this.layers.alone.do(
        () => this.#runSlice(this.entrance.ofTokens(slice, first), first, { signal, onFraction: fraction }),
        signal,
      );
      this.#checkFinite(first, slice.length);
      this.#ids.push(...slice);
    }
    return this;
  }

  async replay(first: number, vectors: Float32Array, control: TrunkControl = {}): Promise<Replay> {
    const { dimensions, layers } = this.layers.model;
    const rows = vectors.length / dimensions;
    if (rows > sliceLength || first > this.length)
      throw new RangeError(
        `${rows} positions from ${first} on were to be run again; ${this.length} were run, and ${sliceLength} go at a time.`,
      );
    const entered = this.entrance.ofVectors(vectors, first);
    this.#rooms.reserve(Math.max(this.length, first + rows), this.length);
    return this.layers.alone.do(async () => {
      const before = this.#rooms.copyRows(first, rows);
      const parts: Float32Array[] = [];
      try {
        await this.#runSlice(entered, first, control, parts);
        this.#checkFinite(first, rows);
        const residuals = Array.from({ length: layers + 1 }, (_, layer) =>
          this.#rooms.residuals(layer, first + rows).slice(first * dimensions),
        );
        return {
          residuals,
          attention: parts.filter((_, part) => part % 2 === 0),
          feedForward: parts.filter((_, part) => part % 2 === 1),
        };
      } finally {
        this.#rooms.putBack(first, before);
      }
    }, control.signal);
  }

  #checkFinite(first: number, count: number): void {
    const { dimensions, layers } = this.layers.model;
    checkFinite((layer) => this.#rooms.residuals(layer, first + count).subarray(first * dimensions), layers);
  }

  /** Runs positions from their r_0. Appends the outputs of attention and feed-forward of each layer to `parts`. */
  async #runSlice(
    vectors: Float32Array,
    past: number,
    { signal, onFraction }: TrunkControl,
    parts?: Float32Array[],
  ): Promise<void> {
    const { team, groups, model } = this.layers;
    const { dimensions } = model;
    const rows = vectors.length / dimensions;
    let residual = vectors;
    for (const group of groups) {
      const { memory, plan, program, first, count } = group;
      const room = this.#rooms.of(group);
      room.residuals(first, past, rows).set(residual);
      const { places, threads, partsAt } = this.#prepare(group, room, past, rows, parts !== undefined);
      const { length } = plan.program.stages;
      const step = rows <= briefRows ? length : Math.ceil(length / worksOfSlice);
      for (let from = 0; from < length; from += step) {
        const to = Math.min(from + step, length);
        await team.run(
          memory,
          () => ({ kind: 'layers', program, from, to, rows, past, places, room: threads, parts: partsAt }),
          {
            signal,
            onProgress: (stage) => onFraction?.((first + (count * Math.max(from, stage)) / length) / model.layers),
          },
        );
      }
      if (parts)
        for (let part = 0; part < 2 * count; part++)
          parts.push(memory.floats(partsAt + part * rows * dimensions * floatBytes, rows * dimensions).slice());
      residual = room.residuals(first + count, past, rows);
      onFraction?.((first + count) / model.layers);
    }
  }

  /** Lays out the scratch memory of a run and writes the rotary angles to it. */
  #prepare(
    { plan, scratch, memory, count }: LayerGroup,
    room: TextRoom,
    past: number,
    rows: number,
    keepsParts: boolean,
  ) {
    const { team, model } = this.layers;
    const layout = new Layout();
    const slots = plan.slots.map((width) => layout.part(rows * width * floatBytes));
    const angles = model.attention.map(({ rotary }) => ({
      cosine: layout.part(rows * (rotary?.turns.length ?? 0) * floatBytes),
      sine: layout.part(rows * (rotary?.turns.length ?? 0) * floatBytes),
    }));
    const perThread = aligned(roomForLayers(rows, past));
    const threads = layout.part(team.threads * perThread);
    const parts = layout.part(keepsParts ? 2 * count * rows * model.dimensions * floatBytes : 0);
    const at = scratch.of(layout.bytes);
    model.attention.forEach(({ rotary }, kind) => {
      if (!rotary) return;
      const { cosine, sine } = angles[kind] as (typeof angles)[number];
      const pairs = rows * rotary.turns.length;
      writeAngles(Math.cos, rotary, past, memory.floats(at + cosine, pairs));
      writeAngles(Math.sin, rotary, past, memory.floats(at + sine, pairs));
    });
    const placeOf = (operand: Operand): number => {
      switch (operand.kind) {
        case 'slot':
          return at + (slots[operand.slot] as number);
        case 'cosine':
        case 'sine':
          return at + (angles[operand.attention] as (typeof angles)[number])[operand.kind];
        case 'residual':
        case 'keys':
        case 'values':
        case 'attentionSize':
        case 'feedForwardSize':
          return room.placeOf(operand, past);
      }
    };
    return {
      places: plan.operands.map(placeOf),
      threads: { at: at + threads, bytes: perThread },
      partsAt: keepsParts ? at + parts : 0,
    };
  }

  async measure(
    first: number,
    { inputs, outputs, inputSizes, outputSizes }: TokenRows,
    norm: FinalNorm,
    signal?: Signal,
  ): Promise<ResidualMeasures[]> {
    const { layers } = this;
    const measures = inputs.map(() => ({
      sizes: [] as number[],
      angleToInput: [] as number[],
      angleToPrediction: [] as number[],
    }));
    const positions = inputs.length;
    if (positions === 0) return measures;
    for (const group of layers.groups) {
      await layers.alone.do(async () => {
        const { memory, scratch, count, first: layer } = group;
        const { dimensions: width, layers: all } = layers.model;
        // Both memories hold the residual between them.
        const residuals = Array.from({ length: count + Number(layer + count === all) }, (_, i) =>
          this.#rooms.of(group).residualAt(layer + i, first),
        );
        const layout = new Layout();
        const part = {
          inputs: layout.part(positions * width * floatBytes),
          outputs: layout.part(positions * width * floatBytes),
          inputSizes: layout.part(positions * doubleBytes),
          outputSizes: layout.part(positions * doubleBytes),
          gain: layout.part(width * floatBytes),
          bias: layout.part(width * floatBytes),
          rooms: layout.part(layers.team.threads * aligned(roomForResiduals(width))),
          out: layout.part(positions * residuals.length * measuredNumbers * doubleBytes),
        };
        const at = scratch.of(layout.bytes);
        inputs.forEach((row, i) => memory.floats(at + part.inputs + i * width * floatBytes, width).set(row));
        outputs.forEach((row, i) => memory.floats(at + part.outputs + i * width * floatBytes, width).set(row));
        memory.doubles(at + part.inputSizes, positions).set(inputSizes);
        memory.doubles(at + part.outputSizes, positions).set(outputSizes);
        memory.floats(at + part.gain, width).set(norm.gain);
        if (norm.bias) memory.floats(at + part.bias, width).set(norm.bias);
        await layers.team.run(
          memory,
          () => ({
            ...({
              kind: 'residuals',
              width,
              positions,
              residuals,
              inputs: at + part.inputs,
              inputSizes: at + part.inputSizes,
              outputs: at + part.outputs,
              outputSizes: at + part.outputSizes,
            } as const),
            ...{
              gain: at + part.gain,
              bias: norm.bias ? at + part.bias : 0,
              epsilon: norm.epsilon,
              out: at + part.out,
              room: { at: at + part.rooms, bytes: aligned(roomForResiduals(width)) },
            },
          }),
          { signal },
        );
        const numbers = memory.doubles(at + part.out, positions * residuals.length * measuredNumbers);
        measures.forEach(({ sizes, angleToInput, angleToPrediction }, i) => {
          for (let j = 0; j < residuals.length; j++) {
            const [size, inputApart, inputTogether, outputApart, outputTogether] = numbers.subarray(
              measuredNumbers * (i * residuals.length + j),
            ) as unknown as [number, number, number, number, number];
            sizes.push(size);
            angleToInput.push(angleFrom(inputApart, inputTogether));
            angleToPrediction.push(angleFrom(outputApart, outputTogether));
          }
        });
      });
    }
    return measures;
  }
}
