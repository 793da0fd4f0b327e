import type { Signal } from '../../shared/engine';
import { writeAngles } from '../architecture/rotary';
import { row } from '../arrays/vectors';
import type { LayerStage } from '../kernels/layerProgram';
import { aligned, Layout, allocateParts } from '../kernels/layout';
import { measuredNumbers, roomForResiduals } from '../kernels/residualMeasures';
import { roomForLayers } from '../kernels/runLayers';
import { doubleBytes, floatBytes } from '../kernels/storedRows';
import { programsOf, type GroupProgram } from './ablation';
import { changedPrograms } from './changedPrograms';
import type { LayerChanges } from './changes';
import { expertsIn, tableBytes } from './expertCache';
import type { FinalNorm } from './finalNorm';
import { KernelInnerRuns, type Passage } from './innerRuns';
import type { InputEmbedding } from './inputEmbedding';
import type { KernelLayers, LayerGroup } from './kernelLayers';
import { firstOfNeurons, type Kept, type StepOperand } from './layerSteps';
import { kernelProducts, plainProducts, type MatrixProducts } from './products';
import { angleFrom, checkFinite, type ResidualMeasures, type TokenRows } from './residuals';
import { steeredLayers } from './steering';
import { TextMemories, type TextMemory } from './textMemory';
import type {
  ReplacedOutput,
  HomeTrunk,
  Replay,
  ResidualEdit,
  SampleRows,
  SteeredTrunk,
  TrunkControl,
  TrunkStore,
} from './trunk';
import { unpackedRows } from './unpackedRows';

/**
 * Positions that run together. The weights are unpacked once for all of them, and the buffers between layers have room
 * for one slice.
 */
export const sliceLength = 256;
/** Longer slices run as several works, so that others can run in between. */
const briefRows = 32;
const worksOfSlice = 6;

/** The layers on the team's threads, with the state of one text. */
export class KernelTrunk implements HomeTrunk, TrunkStore {
  #ids: number[] = [];
  readonly #text: TextMemories;
  readonly inner: KernelInnerRuns;

  constructor(
    private readonly layers: KernelLayers,
    readonly inputEmbedding: InputEmbedding,
    private readonly programs: readonly (GroupProgram | undefined)[] = programsOf(layers, []),
    /** Where a run begins that takes the residuals up to a layer from another trunk. */
    private readonly entry?: { readonly layer: number; readonly below: KernelTrunk },
  ) {
    this.#text = new TextMemories(layers.groups, layers.model);
    this.inner = new KernelInnerRuns(
      layers,
      this.#text,
      (residual, past, control, passage) => this.#runSlice(residual, past, control, undefined, passage),
      sliceLength,
    );
  }

  fresh(): KernelTrunk {
    return new KernelTrunk(this.layers, this.inputEmbedding);
  }

  ablated(parts: readonly ReplacedOutput[]): KernelTrunk {
    return new KernelTrunk(this.layers, this.inputEmbedding, programsOf(this.layers, parts));
  }

  steered(edit: ResidualEdit): SteeredTrunk {
    const { programs, setStrength } = steeredLayers(this.layers, edit);
    return Object.assign(new KernelTrunk(this.layers, this.inputEmbedding, programs), { setStrength });
  }

  changed(changes: LayerChanges): KernelTrunk {
    const { from: layer, inputEmbedding = this.inputEmbedding } = changes;
    const entry = layer > 0 ? { layer, below: this } : undefined;
    return new KernelTrunk(this.layers, inputEmbedding, changedPrograms(this.layers, changes), entry);
  }

  release(): void {
    this.inner.release();
    for (const program of this.programs) program?.release();
    this.#text.release();
  }

  get store(): TrunkStore {
    return this;
  }

  get length(): number {
    return this.#ids.length;
  }

  residuals(layer: number): Float32Array {
    return this.#residuals(layer, this.length);
  }

  #residuals(layer: number, count: number): Float32Array {
    const { layer: first, below } = this.entry ?? { layer: -1 };
    return layer <= first && below ? below.#residuals(layer, count) : this.#text.residuals(layer, count);
  }

  keys(layer: number): Float32Array {
    return this.kept('keys', layer);
  }

  values(layer: number): Float32Array {
    return this.kept('values', layer);
  }

  kept(kind: Kept, layer: number): Float32Array {
    return this.#text.kept(kind, layer, 0, this.length);
  }

  attentionSize(layer: number): Float64Array {
    return this.#text.partSizes('attentionSize', layer, this.length);
  }

  feedForwardSize(layer: number): Float64Array {
    return this.#text.partSizes('feedForwardSize', layer, this.length);
  }

  unpacked(rows: SampleRows): Promise<Float32Array> {
    return unpackedRows(this.layers, rows);
  }

  products(layer: number): MatrixProducts {
    const { team, groups, weights } = this.layers;
    const group = groups.find(({ first, count }) => layer >= first && layer < first + count);
    if (!group) throw new RangeError(`Layer ${layer} was asked for; the model has ${this.layers.model.layers}.`);
    const own = kernelProducts(
      group.memory,
      team.machine(group.memory),
      (tensor) => (group.matrices.get(tensor.name) as number) + tableBytes(tensor),
    );
    if (!group.experts) return own;
    // Those of experts need single rows of the file.
    const inFile = plainProducts(weights);
    return { ...own, byPart: (map, ...x) => (expertsIn(map.tensor) > 0 ? inFile : own).byPart(map, ...x) };
  }

  async run(ids: ArrayLike<number>, { signal, onFraction }: TrunkControl): Promise<TrunkStore> {
    // A text that it ran last costs nothing.
    await this.entry?.below.run(ids, { signal });
    let known = 0;
    while (known < this.length && known < ids.length && this.#ids[known] === ids[known]) known++;
    this.#ids.length = known;
    this.#text.reserve(ids.length, known);
    for (let first = known; first < ids.length; first += sliceLength) {
      const slice = Array.prototype.slice.call(ids, first, Math.min(first + sliceLength, ids.length)) as number[];
      const fraction = (share: number) => onFraction?.((first - known + share * slice.length) / (ids.length - known));
      await this.layers.alone.do(() => {
        this.#keepTokens(slice, first);
        return this.#runSlice(this.#entering(slice, first), first, { signal, onFraction: fraction });
      }, signal);
      this.#checkFinite(first, slice.length);
      this.#ids.push(...slice);
    }
    return this;
  }

  /** The residuals of tokens, from `first` on, that enter the first layer that runs. */
  #entering(ids: readonly number[], first: number): Float32Array {
    if (!this.entry) return this.inputEmbedding.ofTokens(ids, first);
    const { dimensions } = this.layers.model;
    return this.entry.below.#residuals(this.entry.layer, first + ids.length).slice(first * dimensions);
  }

  /** Writes what the layers read of tokens beside the residuals. */
  #keepTokens(ids: readonly number[], first: number, entered?: Float32Array): void {
    const { groups, model } = this.layers;
    const { besideWidth: width = 0 } = model;
    if (width === 0) return;
    const vectors = entered ?? this.inputEmbedding.ofTokens(ids, first);
    const rows = this.inputEmbedding.besideTokens(ids);
    for (const group of groups) {
      const room = this.#text.of(group);
      room.kept('entered', 0, first, ids.length).set(vectors);
      for (let layer = group.first; layer < group.first + group.count; layer++) {
        const own = room.kept('beside', layer, first, ids.length);
        ids.forEach((_, i) => own.set(row(rows, i * model.layers + layer, width), i * width));
      }
    }
  }

  #kept(kind: 'keys' | 'values', layer: number, first: number, count: number): Float32Array {
    const { layer: from, below } = this.entry ?? { layer: 0 };
    return layer < from && below ? below.#kept(kind, layer, first, count) : this.#text.kept(kind, layer, first, count);
  }

  /** Copies keys and values that layers of a group read of layers that run elsewhere. */
  #bringKeys({ first, count }: LayerGroup, room: TextMemory, past: number, rows: number): void {
    const begin = Math.max(first, this.entry?.layer ?? 0);
    const read = (this.layers.model.keysFrom ?? []).slice(begin, first + count);
    for (const from of new Set(read.filter((layer) => layer < begin)))
      for (const kind of ['keys', 'values'] as const)
        room.kept(kind, from, past, rows).set(this.#kept(kind, from, past, rows));
  }

  async replay(first: number, vectors: Float32Array, control: TrunkControl = {}): Promise<Replay> {
    const { dimensions, layers } = this.layers.model;
    const rows = vectors.length / dimensions;
    if (rows > sliceLength || first > this.length)
      throw new RangeError(
        `${rows} positions from ${first} on were to be run again; ${this.length} were run, and ${sliceLength} go at a time.`,
      );
    const entered = this.inputEmbedding.ofVectors(vectors, first);
    this.#text.reserve(Math.max(this.length, first + rows), this.length);
    return this.layers.alone.do(async () => {
      const before = this.#text.copyRows(first, rows);
      const parts: Float32Array[] = [];
      const fired: Float32Array[] = [];
      try {
        // A vector in the place of a token keeps the rows of the token; a position without one has those of token 0.
        const tokens = Array.from({ length: rows }, (_, i) => this.#ids[first + i] ?? 0);
        this.#keepTokens(tokens, first, entered);
        await this.#runSlice(entered, first, control, { parts, fired });
        this.#checkFinite(first, rows);
        const residuals = Array.from({ length: layers + 1 }, (_, layer) =>
          this.#text.residuals(layer, first + rows).slice(first * dimensions),
        );
        return {
          residuals,
          attention: parts.filter((_, part) => part % 2 === 0),
          feedForward: parts.filter((_, part) => part % 2 === 1),
          ...(rows === 1 && { fired }),
        };
      } finally {
        this.#text.putBack(first, before);
      }
    }, control.signal);
  }

  #checkFinite(first: number, count: number): void {
    const { dimensions, layers } = this.layers.model;
    checkFinite((layer) => this.#residuals(layer, first + count).subarray(first * dimensions), layers);
  }

  /**
   * Runs positions from the residual that enters the first layer, or a passage. Appends the outputs of attention and
   * feed-forward of each layer, and how much its neurons fired, to `kept`. Returns the addresses of the operands of the
   * last group.
   */
  async #runSlice(
    vectors: Float32Array,
    past: number,
    { signal, onFraction }: TrunkControl,
    kept?: { readonly parts: Float32Array[]; readonly fired: Float32Array[] },
    { layer, programs }: Passage = { layer: this.entry?.layer ?? 0, programs: this.programs },
  ): Promise<readonly number[]> {
    const { team, groups, model } = this.layers;
    const { dimensions, feedForward } = model;
    const rows = vectors.length / dimensions;
    let residual = vectors;
    let last: readonly number[] = [];
    for (const [index, group] of groups.entries()) {
      const { memory, first, count, experts } = group;
      const entered = programs[index];
      if (!entered) continue;
      const { program, stages, plan = group.plan } = entered;
      const room = this.#text.of(group);
      room.residuals(Math.max(first, layer), past, rows).set(residual);
      this.#bringKeys(group, room, past, rows);
      const { addresses, threads, partsAt } = this.#prepare({ ...group, plan }, room, past, rows, kept !== undefined);
      const step = rows <= briefRows ? stages.length : Math.ceil(stages.length / worksOfSlice);
      for (let from = 0, to = 0; from < stages.length; from = to) {
        const [stage] = stages.slice(from, ++to) as [LayerStage];
        if (experts?.feeds(stage)) await experts.read(stage, addresses, rows, signal);
        while (to < Math.min(from + step, stages.length) && !experts?.feeds(stages[to])) to++;
        await team.run(
          memory,
          () => ({ kind: 'layers', program, from, to, rows, past, addresses, room: threads, parts: partsAt }),
          {
            signal,
            onProgress: (done) => onFraction?.((first + (count * Math.max(from, done)) / stages.length) / model.layers),
          },
        );
      }
      const partAt = (part: number, width: number) =>
        memory.floats(partsAt + part * rows * width * floatBytes, rows * width).slice();
      if (kept) {
        for (let part = 0; part < 2 * count; part++) kept.parts.push(partAt(part, dimensions));
        for (let part = 0; rows === 1 && part < count; part++)
          kept.fired.push(partAt(firstOfNeurons(model, count) + part, feedForward));
      }
      residual = room.residuals(first + count, past, rows);
      last = addresses;
      onFraction?.((first + count) / model.layers);
    }
    return last;
  }

  /** Lays out the scratch memory of a run and writes the rotary angles to it. */
  #prepare(
    { plan, scratch, memory, count }: LayerGroup,
    room: TextMemory,
    past: number,
    rows: number,
    keepsParts: boolean,
  ) {
    const { team, model } = this.layers;
    const layout = new Layout();
    const slots = plan.slots.map((width) => layout.part(rows * width * floatBytes));
    const angles = model.attention.map(({ rotary }) => ({
      cosine: layout.part(rows * (rotary?.frequencies.length ?? 0) * floatBytes),
      sine: layout.part(rows * (rotary?.frequencies.length ?? 0) * floatBytes),
    }));
    const perThread = aligned(roomForLayers(rows, past));
    const threads = layout.part(team.threads * perThread);
    const keptNumbers =
      rows === 1 ? (firstOfNeurons(model, count) + count) * model.feedForward : 2 * count * rows * model.dimensions;
    const parts = layout.part(keepsParts ? keptNumbers * floatBytes : 0);
    const at = scratch.of(layout.bytes);
    model.attention.forEach(({ rotary }, kind) => {
      if (!rotary) return;
      const { cosine, sine } = angles[kind] as (typeof angles)[number];
      const pairs = rows * rotary.frequencies.length;
      writeAngles(Math.cos, rotary, past, memory.floats(at + cosine, pairs));
      writeAngles(Math.sin, rotary, past, memory.floats(at + sine, pairs));
    });
    const addressOf = (operand: StepOperand): number => {
      switch (operand.kind) {
        case 'slot':
          return at + (slots[operand.slot] as number);
        case 'cosine':
        case 'sine':
          return at + (angles[operand.attention] as (typeof angles)[number])[operand.kind];
        case 'residual':
        case 'keys':
        case 'values':
        case 'inputs':
        case 'decays':
        case 'entered':
        case 'beside':
        case 'attentionSize':
        case 'feedForwardSize':
          return room.addressOf(operand, past);
      }
    };
    return {
      addresses: plan.operands.map(addressOf),
      threads: { at: at + threads, bytes: perThread },
      partsAt: keepsParts ? at + parts : 0,
    };
  }

  async measure(first: number, rows: TokenRows, norm: FinalNorm, signal?: Signal): Promise<ResidualMeasures[]> {
    const { layers } = this;
    const positions = rows.inputs.length;
    const measures = rows.inputs.map(() => ({
      sizes: [] as number[],
      angleToInput: [] as number[],
      angleToPrediction: [] as number[],
    }));
    if (positions === 0) return measures;
    for (const group of layers.groups) {
      await layers.alone.do(async () => {
        const numbers = await this.#measureGroup(group, first, rows, norm, signal);
        const ofPosition = numbers.length / positions;
        measures.forEach(({ sizes, angleToInput, angleToPrediction }, i) => {
          for (let at = i * ofPosition; at < (i + 1) * ofPosition; at += measuredNumbers) {
            const number = (index: number) => numbers[at + index] as number;
            sizes.push(number(0));
            angleToInput.push(angleFrom(number(1), number(2)));
            angleToPrediction.push(angleFrom(number(3), number(4)));
          }
        });
      });
    }
    return measures;
  }

  /** The measures of one group's residuals, positions × layers × `measuredNumbers`. */
  async #measureGroup(
    group: LayerGroup,
    first: number,
    { inputs, outputs, inputSizes, outputSizes }: TokenRows,
    norm: FinalNorm,
    signal: Signal | undefined,
  ): Promise<Float64Array> {
    const { layers } = this;
    const positions = inputs.length;
    const { memory, scratch, count, first: layer } = group;
    const { dimensions: width, layers: all } = layers.model;
    // Both memories hold the residual between them.
    const residuals = Array.from({ length: count + Number(layer + count === all) }, (_, i) =>
      this.#text.of(group).residualAt(layer + i, first),
    );
    const numbers = positions * residuals.length * measuredNumbers;
    const perThread = aligned(roomForResiduals(width));
    const { rooms, ...at } = allocateParts(
      {
        inputs: positions * width * floatBytes,
        outputs: positions * width * floatBytes,
        inputSizes: positions * doubleBytes,
        outputSizes: positions * doubleBytes,
        gain: width * floatBytes,
        bias: width * floatBytes,
        out: numbers * doubleBytes,
        rooms: layers.team.threads * perThread,
      },
      (bytes) => scratch.of(bytes),
    );
    inputs.forEach((row, i) => memory.floats(at.inputs + i * width * floatBytes, width).set(row));
    outputs.forEach((row, i) => memory.floats(at.outputs + i * width * floatBytes, width).set(row));
    memory.doubles(at.inputSizes, positions).set(inputSizes);
    memory.doubles(at.outputSizes, positions).set(outputSizes);
    memory.floats(at.gain, width).set(norm.gain);
    if (norm.bias) memory.floats(at.bias, width).set(norm.bias);
    await layers.team.run(
      memory,
      () => ({
        kind: 'residuals',
        width,
        positions,
        residuals,
        ...at,
        bias: norm.bias ? at.bias : 0,
        epsilon: norm.epsilon,
        room: { at: rooms, bytes: perThread },
      }),
      { signal },
    );
    return memory.doubles(at.out, numbers);
  }
}
