import type { Hyperparameters } from '../architecture/hyperparameters';
import { Layout } from '../kernels/layout';
import type { KernelMemory } from '../kernels/memory';
import { doubleBytes, floatBytes } from '../kernels/storedRows';
import type { Kept, LayerPlan, LayerRange, StepOperand } from './layerSteps';

interface Group extends LayerRange {
  readonly memory: KernelMemory;
  readonly plan: Pick<LayerPlan, 'operands'>;
}

/** The values that a text has at every layer, whatever stands in it. */
const kinds = ['residual', 'attentionSize', 'feedForwardSize'] as const;
type Kind = (typeof kinds)[number] | Kept;

type Rows = ReadonlyMap<string, Uint8Array>;

/** The memory of one text for one group of layers: residual, part sizes and what the mixer keeps of every layer. */
export class TextMemory {
  #at = 0;
  #capacity = 0;
  /** Numbers of a position, by kind and layer. */
  readonly #widths: ReadonlyMap<string, number>;

  constructor(
    private readonly group: Group,
    private readonly model: Hyperparameters,
  ) {
    this.#widths = new Map(
      group.plan.operands.flatMap((operand) =>
        'all' in operand ? [[`${operand.kind} ${operand.layer}`, operand.width]] : [],
      ),
    );
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** Allocates memory for `capacity` positions. `move` copies the first `length` positions and switches to it. */
  larger(capacity: number): { move(length: number): void; giveBack(): void } {
    const { memory } = this.group;
    const at = memory.allocate(this.#layout(capacity).bytes);
    return {
      move: (length) => {
        const [from, to] = [this.#layout(this.#capacity), this.#layout(capacity)];
        for (const [name, offset] of from.offsets) {
          const bytes = length * this.#rowBytes(name);
          if (bytes > 0)
            memory.raw(at + (to.offsets.get(name) as number), bytes).set(memory.raw(this.#at + offset, bytes));
        }
        this.release();
        this.#at = at;
        this.#capacity = capacity;
      },
      giveBack: () => memory.release(at),
    };
  }

  release(): void {
    if (this.#capacity > 0) this.group.memory.release(this.#at);
    this.#capacity = 0;
  }

  /** Address of an operand's rows for positions from `past` on. */
  addressOf(operand: Exclude<StepOperand, { kind: 'slot' | 'cosine' | 'sine' }>, past: number): number {
    const row = 'all' in operand && operand.all ? 0 : past;
    return this.#addressAt(operand.kind, operand.layer) + row * this.#rowBytes(`${operand.kind} ${operand.layer}`);
  }

  residualAt(layer: number, position: number): number {
    return this.#addressAt('residual', layer) + position * this.model.dimensions * floatBytes;
  }

  residuals(layer: number, first: number, count: number): Float32Array<ArrayBuffer> {
    return this.group.memory.floats(this.residualAt(layer, first), count * this.model.dimensions);
  }

  kept(kind: Kept, layer: number, first: number, count: number): Float32Array<ArrayBuffer> {
    const width = this.#widths.get(`${kind} ${layer}`) ?? 0;
    return this.group.memory.floats(this.#addressAt(kind, layer) + first * width * floatBytes, count * width);
  }

  partSizes(kind: 'attentionSize' | 'feedForwardSize', layer: number, count: number): Float64Array {
    return this.group.memory.doubles(this.#addressAt(kind, layer), count);
  }

  /** Copies rows of the layers from `layer` on. */
  copyRows(first: number, count: number, layer: number): Rows {
    return new Map(
      [...this.#layout(this.#capacity).offsets]
        .filter(([name]) => Number(name.split(' ')[1]) >= layer)
        .map(([name, offset]) => [name, this.#rows(name, offset, first, count).slice()]),
    );
  }

  putBack(first: number, rows: Rows): void {
    const { offsets } = this.#layout(this.#capacity);
    for (const [name, bytes] of rows)
      this.#rows(name, offsets.get(name) as number, first, bytes.length / this.#rowBytes(name)).set(bytes);
  }

  #rows(name: string, offset: number, first: number, count: number): Uint8Array {
    const bytes = this.#rowBytes(name);
    return this.group.memory.raw(this.#at + offset + first * bytes, count * bytes);
  }

  #addressAt(kind: Kind, layer: number): number {
    const offset = this.#layout(this.#capacity).offsets.get(`${kind} ${layer}`);
    if (offset === undefined) throw new RangeError(`Layer ${layer} was asked for; the model has ${this.model.layers}.`);
    return this.#at + offset;
  }

  #rowBytes(name: string): number {
    if (name.startsWith('residual')) return this.model.dimensions * floatBytes;
    return name.includes('Size') ? doubleBytes : (this.#widths.get(name) ?? 0) * floatBytes;
  }

  #known:
    | { readonly capacity: number; readonly bytes: number; readonly offsets: ReadonlyMap<string, number> }
    | undefined;

  #layout(capacity: number) {
    if (this.#known?.capacity === capacity) return this.#known;
    const { first, count } = this.group;
    const layout = new Layout();
    const own = kinds.flatMap((kind) =>
      Array.from({ length: kind === 'residual' ? count + 1 : count }, (_, i) => `${kind} ${first + i}`),
    );
    // Kernels may read sixteen numbers where a row has fewer left.
    const offsets = new Map(
      [...own, ...this.#widths.keys()].map((name) => [name, layout.part(capacity * this.#rowBytes(name) + 64)]),
    );
    const made = { capacity, bytes: layout.bytes, offsets };
    if (capacity >= this.#capacity) this.#known = made;
    return made;
  }
}

export class TextMemories {
  readonly #memories: readonly TextMemory[];

  constructor(
    private readonly groups: readonly Group[],
    private readonly model: Hyperparameters,
  ) {
    this.#memories = groups.map((group) => new TextMemory(group, model));
  }

  /**
   * Grows in steps to `length` positions, so that a text that grows a little copies nothing. Throws
   * `EngineError('no-memory')` and changes nothing.
   */
  reserve(length: number, known: number): void {
    const capacity = this.#memories[0]?.capacity ?? 0;
    if (length <= capacity) return;
    const wanted = Math.ceil(Math.max(length, Math.min(1.25 * capacity, this.model.contextLength)) / 64) * 64;
    const larger: ReturnType<TextMemory['larger']>[] = [];
    try {
      for (const room of this.#memories) larger.push(room.larger(wanted));
    } catch (error) {
      for (const room of larger) room.giveBack();
      throw error;
    }
    for (const room of larger) room.move(known);
  }

  of(group: Group): TextMemory {
    return this.#memories[this.groups.indexOf(group)] as TextMemory;
  }

  residuals(layer: number, count: number): Float32Array {
    // Both memories hold the residual between them.
    return this.#holding(layer, Math.min(layer, this.model.layers - 1)).residuals(layer, 0, count);
  }

  kept(kind: Kept, layer: number, first: number, count: number): Float32Array {
    const from = kind === 'keys' || kind === 'values' ? (this.model.keysFrom?.[layer] ?? layer) : layer;
    return this.#holding(layer, layer).kept(kind, from, first, count);
  }

  partSizes(kind: 'attentionSize' | 'feedForwardSize', layer: number, count: number): Float64Array {
    return this.#holding(layer, layer).partSizes(kind, layer, count);
  }

  #holding(asked: number, layer: number): TextMemory {
    const index = this.groups.findIndex(({ first, count }) => layer >= first && layer < first + count);
    if (index < 0) throw new RangeError(`Layer ${asked} was asked for; the model has ${this.model.layers}.`);
    return this.#memories[index] as TextMemory;
  }

  copyRows(first: number, count: number, layer = 0): Rows[] {
    return this.#memories.map((room) => room.copyRows(first, count, layer));
  }

  putBack(first: number, rows: readonly Rows[]): void {
    this.#memories.forEach((room, i) => room.putBack(first, rows[i] as Rows));
  }

  release(): void {
    for (const room of this.#memories) room.release();
  }
}
