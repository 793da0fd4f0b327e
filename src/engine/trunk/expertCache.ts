import type { Signal } from '../../shared/engine';
import type { LayerStage } from '../kernels/layerProgram';
import { aligned } from '../kernels/layout';
import type { KernelMemory } from '../kernels/memory';
import { floatBytes } from '../kernels/storedRows';
import { pause } from '../tasks/pause';
import type { TensorInfo, Weights } from '../weights/weights';

/** Kernels may read sixteen rows and sixteen numbers where fewer are left. */
export const paddedRows = (bytes: number, rows: number): number => aligned(rows < 16 ? bytes * 16 : bytes) + 64;

/** A tensor with three sides has a matrix for each expert. */
export const expertsIn = ({ shape }: TensorInfo): number => (shape.length === 3 ? (shape[0] as number) : 0);
/** Bytes of the addresses of all experts of a tensor: 0 for one of another kind. */
export const tableBytes = (tensor: TensorInfo): number => aligned(expertsIn(tensor) * floatBytes);
export const expertBytes = ({ byteLength, shape: [count = 1, rows = 0] }: TensorInfo): number =>
  paddedRows(byteLength / count, rows);

/** The experts that run next, in a memory that has no room for all. The least recently used make room for others. */
export class ExpertCache {
  /** By the addresses of tables, which have 0 for an expert that is not here. */
  readonly #tables = new Map<number, { readonly tensor: TensorInfo; readonly weights: Weights }>();
  /** Addresses of experts by those of their entries in the tables, the least recently used first. */
  readonly #held = new Map<number, number>();

  /** `slots`: at least as many as one stage may multiply, each of `bytes` bytes. */
  constructor(
    private readonly memory: KernelMemory,
    private readonly slots: number,
    private readonly bytes: number,
  ) {}

  /** Takes on a tensor, which is read when its experts run. `table` is the address of its entries. */
  add(table: number, tensor: TensorInfo, weights: Weights): void {
    this.memory.integers(table, expertsIn(tensor)).fill(0);
    this.#tables.set(table, { tensor, weights });
  }

  remove(table: number): void {
    const { tensor } = this.#tables.get(table) ?? {};
    if (!tensor) return;
    for (let expert = 0; expert < expertsIn(tensor); expert++) this.#drop(table + expert * floatBytes);
    this.#tables.delete(table);
  }

  /** Whether a stage multiplies experts of the file. */
  feeds(stage: LayerStage | undefined): boolean {
    return stage?.kind === 'products' && stage.products.some(({ matrix }) => this.#tables.has(matrix.at));
  }

  /**
   * Reads the missing experts that run in a stage. Rejects with the errors of reading and with
   * `EngineError('cancelled')`; what was read by then stays.
   */
  async read(stage: LayerStage, addresses: readonly number[], rows: number, signal: Signal | undefined): Promise<void> {
    const missing: { readonly table: number; readonly expert: number }[] = [];
    for (const { matrix, experts } of stage.kind === 'products' ? stage.products : []) {
      if (!experts || !this.#tables.has(matrix.at)) continue;
      const { count } = experts;
      const shares = this.memory.floats(addresses[experts.shares] as number, rows * count);
      for (const expert of new Set(
        Array.from(shares.keys())
          .filter((i) => shares[i] !== 0)
          .map((i) => i % count),
      )) {
        const entry = matrix.at + expert * floatBytes;
        const at = this.#held.get(entry);
        if (at === undefined) missing.push({ table: matrix.at, expert });
        else {
          this.#held.delete(entry);
          this.#held.set(entry, at);
        }
      }
    }
    // The stage’s other experts are the most recently used by now, so none of them makes room.
    for (const { table, expert } of missing) {
      this.#read(table, expert);
      await pause(signal);
    }
  }

  #read(table: number, expert: number): void {
    const { tensor, weights } = this.#tables.get(table) as { tensor: TensorInfo; weights: Weights };
    const entry = table + expert * floatBytes;
    const [oldest] = this.#held.keys();
    if (oldest !== undefined && this.#held.size >= this.slots) this.#drop(oldest);
    // Those of changed layers may be larger than the model's.
    const at = this.memory.allocate(Math.max(this.bytes, expertBytes(tensor)));
    try {
      const rows = tensor.shape[1] as number;
      weights.readRows(tensor.name, expert * rows, rows, (length) => this.memory.raw(at, length));
    } catch (error) {
      this.memory.release(at);
      throw error;
    }
    this.#held.set(entry, at);
    this.memory.integers(entry, 1)[0] = at;
  }

  #drop(entry: number): void {
    const at = this.#held.get(entry);
    if (at === undefined) return;
    this.#held.delete(entry);
    this.memory.integers(entry, 1)[0] = 0;
    this.memory.release(at);
  }
}
