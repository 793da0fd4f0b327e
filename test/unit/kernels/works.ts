import { roomForMeasures } from '../../../src/engine/kernels/matrixMeasures';
import type { KernelMemory } from '../../../src/engine/kernels/memory';
import { emptySearch, searchLayout } from '../../../src/engine/kernels/rowSearch';
import { blockRows } from '../../../src/engine/kernels/storedRows';
import type { Team } from '../../../src/engine/kernels/team';
import type { KernelWork } from '../../../src/engine/kernels/work';
import { tensorTypes } from '../../../src/engine/weights/types/types';

// Small works for tests of a team. Their matrix repeats one row, so that it is as long as a test wants and takes no
// memory.

export const columns = 64;

interface Rows {
  readonly memory: KernelMemory;
  readonly work: KernelWork;
}

function repeatedRow(memory: KernelMemory, type: number) {
  const at = memory.allocate(columns * 4);
  memory.floats(at, columns).forEach((_, i, row) => (row[i] = i + 1));
  return { at, type, rowBytes: 0, columns };
}

/** ‖w‖ of a row of 1, 2, 3, … */
export const rowSize = Math.sqrt(
  Array.from({ length: columns }, (_, i) => (i + 1) ** 2).reduce((sum, square) => sum + square, 0),
);

/**
 * Measures `count` rows. `type` is ggml's number of how they are stored; a kernel fails at one that it does not know.
 */
export function measuring(
  team: Pick<Team, 'threads' | 'memory'>,
  count: number,
  type = tensorTypes.F32.ggufId,
): Rows & { readonly sizes: () => Float64Array } {
  const memory = team.memory(0);
  const matrix = repeatedRow(memory, type);
  const sizes = memory.allocate(8 * count);
  const sums = memory.allocate(8 * columns * Math.ceil(count / blockRows));
  const room = { at: memory.allocate(team.threads * roomForMeasures), bytes: roomForMeasures };
  return {
    memory,
    work: { kind: 'matrix', matrix, first: 0, count, sizes, sums, room },
    sizes: () => memory.doubles(sizes, count),
  };
}

/** Multiplies `count` rows with one query and keeps nothing; it tells how far it is. */
export function searching(team: Team, count: number): Rows {
  const memory = team.memory(0);
  const matrix = repeatedRow(memory, tensorTypes.F32.ggufId);
  const queries = memory.allocate(4 * columns);
  const { bytes } = searchLayout({ length: 1, lists: 0, capacity: 0, reachLines: [] });
  const room = { at: memory.allocate(team.threads * Math.ceil(bytes / 64) * 64), bytes: Math.ceil(bytes / 64) * 64 };
  return {
    memory,
    work: {
      ...emptySearch,
      matrix,
      first: 0,
      count,
      vocabulary: count,
      queries,
      length: 1,
      room,
      begins: true,
    },
  };
}

/** So many rows that no work ends before a test interferes. */
export const endless = 2 ** 30;
