import type { Signal } from '../../shared/engine';
import { panelRows } from '../kernels/kernels';
import { allocateParts, Scratch } from '../kernels/layout';
import { roomForMeasures } from '../kernels/matrixMeasures';
import type { KernelMemory } from '../kernels/memory';
import { blockRows, doubleBytes, floatBytes, type StoredRows } from '../kernels/storedRows';
import type { Team } from '../kernels/team';
import type { KernelWork } from '../kernels/work';
import { pause } from '../tasks/pause';
import type { EmbeddingMatrix } from '../weights/embedding';
import { tensorTypes } from '../weights/types/types';
import type { MeasuredRows } from './sizes';

/** Bytes of rows that are read from the file at a time. */
const readTogether = 8 * 2 ** 20;
/** Kernels read sixteen numbers, also past the end of the vocabulary. */
const beyond = panelRows;

/** The stored rows of one matrix, for a team's threads: in its memory, or read from the file block by block. */
export class MatrixRows {
  /** Its memory serves one pass at a time. */
  readonly scratch: Scratch;
  /** Addresses of arrays over the vocabulary that stay from one pass to the next. */
  readonly #kept = new Map<Float32Array, number>();

  private constructor(
    readonly team: Team,
    readonly memory: KernelMemory,
    readonly matrix: EmbeddingMatrix,
    /** Address of all rows; null if they are in the file. */
    private readonly at: number | null,
    /** Address of ‖w‖ of every row, float64. */
    readonly sizes: number,
  ) {
    this.scratch = new Scratch(memory);
  }

  /** Reads the rows unless they stay in the file, and measures them. */
  static async load(
    team: Team,
    matrix: EmbeddingMatrix,
    inFile: boolean,
    signal: Signal | undefined,
    onFraction: (fraction: number) => void,
  ): Promise<{ readonly rows: MatrixRows; readonly measured: MeasuredRows }> {
    const { vocabulary, rowBytes } = matrix;
    const bytes = inFile ? 0 : (vocabulary + beyond) * rowBytes;
    const memory = team.memory(bytes + vocabulary * (doubleBytes + 2 * floatBytes));
    try {
      const at = inFile ? null : memory.allocate(bytes);
      const rows = new MatrixRows(team, memory, matrix, at, memory.allocate(vocabulary * doubleBytes));
      await rows.#read(signal, (fraction) => onFraction(0.5 * fraction));
      const measured = await rows.#measure(signal, (share) => onFraction(inFile ? share : 0.5 + 0.5 * share));
      return { rows, measured };
    } catch (error) {
      matrix.useCopy(null);
      team.forget(memory);
      throw error;
    }
  }

  /** All rows in the memory; null if they are in the file. */
  get stored(): StoredRows | null {
    return this.at === null ? null : this.storedAt(this.at);
  }

  storedAt(at: number): StoredRows {
    const { type, rowBytes, dimensions } = this.matrix;
    return { at, type: tensorTypes[type].ggufId, rowBytes, columns: dimensions };
  }

  async #read(signal: Signal | undefined, onFraction: (fraction: number) => void): Promise<void> {
    const { at, matrix, memory } = this;
    if (at === null) return;
    const { vocabulary, rowBytes } = matrix;
    const together = Math.max(1, Math.floor(readTogether / rowBytes));
    for (let first = 0; first < vocabulary; first += together) {
      const count = Math.min(together, vocabulary - first);
      matrix.stored(first, count, (length) => memory.raw(at + first * rowBytes, length));
      onFraction((first + count) / vocabulary);
      await pause(signal);
    }
    matrix.useCopy((first, count) => memory.raw(at + first * rowBytes, count * rowBytes));
  }

  async #measure(signal: Signal | undefined, onFraction: (fraction: number) => void): Promise<MeasuredRows> {
    const { memory, team, sizes } = this;
    const { vocabulary, dimensions } = this.matrix;
    const blocks = Math.ceil(vocabulary / blockRows);
    const { sums, rooms } = allocateParts(
      { sums: blocks * dimensions * doubleBytes, rooms: team.threads * roomForMeasures },
      (bytes) => this.scratch.of(bytes),
    );
    const room = { at: rooms, bytes: roomForMeasures };
    await this.over(signal, onFraction, (matrix, first, count) => {
      const own = sums + (first / blockRows) * dimensions * doubleBytes;
      return { kind: 'matrix', matrix, first, count, sizes, sums: own, room };
    });
    // Added in the order of the rows, so that the sum does not depend on which thread measured them.
    const sum = new Float64Array(dimensions);
    memory.doubles(sums, blocks * dimensions).forEach((part, i) => ((sum[i % dimensions] as number) += part));
    return { of: memory.doubles(sizes, vocabulary).slice(), sum };
  }

  /**
   * Runs work over all rows: at once if they are in the memory, else block by block, reading one block while the
   * threads work on the other. `make` gets the rows that are in the memory.
   */
  async over(
    signal: Signal | undefined,
    onFraction: (fraction: number) => void,
    make: (rows: StoredRows, first: number, count: number) => KernelWork,
  ): Promise<void> {
    const { team, memory, matrix, stored } = this;
    const { vocabulary, rowBytes } = matrix;
    if (stored) {
      return team.run(memory, () => make(stored, 0, vocabulary), {
        signal,
        onProgress: (row) => onFraction(row / vocabulary),
      });
    }
    const together = blockRows * Math.max(1, Math.floor(readTogether / (blockRows * rowBytes)));
    const room = () => memory.allocate((Math.min(together, vocabulary) + beyond) * rowBytes);
    const rooms: number[] = [];
    const working: [Promise<void>, Promise<void>] = [Promise.resolve(), Promise.resolve()];
    try {
      rooms.push(room());
      rooms.push(room());
      for (let first = 0, turn = 0; first < vocabulary; first += together, turn = 1 - turn) {
        const count = Math.min(together, vocabulary - first);
        await working[turn];
        const at = rooms[turn] as number;
        matrix.stored(first, count, (length) => memory.raw(at, length));
        working[turn] = team.run(memory, () => make(this.storedAt(at), first, count), { signal });
        // The awaits below report a failure.
        working[turn]?.catch(() => undefined);
        onFraction(first / vocabulary);
        await pause(signal);
      }
      await Promise.all(working);
    } finally {
      await Promise.allSettled(working);
      for (const at of rooms) memory.release(at);
    }
  }

  /** Address of a copy of an array over the vocabulary. A model has few of them, so they stay. */
  keep(array: Float32Array): number {
    const known = this.#kept.get(array);
    if (known !== undefined) return known;
    const at = this.memory.allocate((array.length + beyond) * floatBytes);
    const copy = this.memory.floats(at, array.length + beyond);
    copy.set(array);
    // Padding must be finite: it is combined with the −∞ of rows past the end.
    copy.fill(0, array.length);
    this.#kept.set(array, at);
    return at;
  }

  release(): void {
    this.matrix.useCopy(null);
    this.team.forget(this.memory);
  }
}
