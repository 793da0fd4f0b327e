import type { LinearMap } from '../architecture/layers';
import { dotOfPart, type Vector } from '../arrays/vectors';
import { panelColumns, panelRows } from '../kernels/kernels';
import { allocateParts } from '../kernels/layout';
import type { KernelMachine } from '../kernels/machine';
import type { KernelMemory } from '../kernels/memory';
import { floatBytes, forPanels, panelRoom, panelStride } from '../kernels/storedRows';
import { rowBytesOf, tensorTypes } from '../weights/types/types';
import type { TensorInfo, Weights } from '../weights/weights';
import { eachMatrixRow } from './plainLayers';

/** Products with the matrix of a linear map, without its bias. */
export interface MatrixProducts {
  /**
   * x·Wᵀ part by part: the columns of the matrix are cut into `parts` of equal width, and each part gives a product of
   * its own, `x.length × rows of the map`.
   */
  byPart(map: LinearMap, x: readonly Float64Array[], parts: number): Float64Array[];
  /** x·W for a vector of as many numbers as the map has rows: its product with each column of the matrix. */
  byColumn(map: LinearMap, x: Vector): Float64Array;
  /** Some columns of the matrix, each as long as the map has rows. */
  columns(map: LinearMap, indices: readonly number[]): Float64Array[];
}

const blank = ({ from, to }: LinearMap, x: readonly Float64Array[], parts: number) =>
  Array.from({ length: parts }, () => new Float64Array(x.length * (to - from)));

/** In float64 from the numbers of the file, for any backend. */
export const plainProducts = (weights: Weights): MatrixProducts => ({
  byPart(map, x, parts) {
    const out = blank(map, x, parts);
    const rows = map.to - map.from;
    eachMatrixRow(weights, map, (weight, output) => {
      const width = weight.length / parts;
      x.forEach((vector, i) =>
        out.forEach((product, part) => {
          product[i * rows + output] = dotOfPart(vector, part * width, weight, part * width, width);
        }),
      );
    });
    return out;
  },
  byColumn(map, x) {
    const sums = new Float64Array(map.tensor.shape.at(-1) as number);
    eachMatrixRow(weights, map, (weight, output) => {
      const factor = x[output] as number;
      for (let column = 0; column < weight.length; column++)
        sums[column] = (sums[column] as number) + factor * (weight[column] as number);
    });
    return sums;
  },
  columns(map, indices) {
    const out = indices.map(() => new Float64Array(map.to - map.from));
    eachMatrixRow(weights, map, (weight, output) =>
      out.forEach((column, i) => (column[output] = weight[indices[i] as number] as number)),
    );
    return out;
  },
});

/** Sixteen rows of a map, unpacked some columns at a time. */
interface PanelPart {
  /** The first row, counted from that of the map, and the lanes from which on the rows were not visited before. */
  readonly row: number;
  readonly firstLane: number;
  readonly column: number;
  readonly count: number;
  /** Whether all columns of these rows have been visited. */
  readonly last: boolean;
}

/** On the kernels in this thread, from the matrices as they lie in memory. A few positions take no time. */
export function kernelProducts(
  memory: KernelMemory,
  { kernels }: KernelMachine,
  addressOf: (tensor: TensorInfo) => number,
): MatrixProducts {
  function eachPanel({ tensor, from, to }: LinearMap, panel: number, visit: (part: PanelPart) => void): void {
    const [rows, columns] = [to - from, tensor.shape.at(-1) as number];
    const rowBytes = rowBytesOf(tensor.type, columns);
    const stored = { at: addressOf(tensor) + from * rowBytes, type: tensorTypes[tensor.type].ggufId };
    for (let begin = 0; begin < rows; begin += panelRows) {
      // If the rows do not fill the last panel it begins earlier.
      const first = Math.max(0, Math.min(begin, rows - panelRows));
      forPanels(kernels, { ...stored, rowBytes, columns }, stored.at + first * rowBytes, panel, (column, count) =>
        visit({ row: first, firstLane: begin - first, column, count, last: column + count === columns }),
      );
    }
  }

  /** The same with a panel of its own, whose numbers are read here: column after column, sixteen rows of each. */
  function eachUnpacked(map: LinearMap, visit: (part: PanelPart, unpacked: Float32Array, lanes: number) => void): void {
    const panel = memory.allocate(panelRoom);
    try {
      const unpacked = memory.floats(panel, panelColumns * panelRows);
      eachPanel(map, panel, (part) => visit(part, unpacked, Math.min(panelRows, map.to - map.from - part.row)));
    } finally {
      memory.release(panel);
    }
  }

  return {
    byPart(map, x, parts) {
      const [rows, columns] = [map.to - map.from, map.tensor.shape.at(-1) as number];
      const width = columns / parts;
      const { panel, vectors, tiles } = allocateParts(
        {
          panel: panelRoom,
          vectors: x.length * columns * floatBytes,
          tiles: parts * x.length * panelStride,
        },
        (bytes) => memory.allocate(bytes),
      );
      try {
        const entered = memory.floats(vectors, x.length * columns);
        x.forEach((vector, i) => entered.set(vector, i * columns));
        const sums = memory.floats(tiles, parts * x.length * panelRows);
        const out = blank(map, x, parts);
        eachPanel(map, panel, ({ row: first, firstLane, column, count, last }) => {
          for (let part = Math.floor(column / width); part * width < column + count; part++) {
            const start = Math.max(column, part * width);
            const end = Math.min(column + count, (part + 1) * width);
            kernels.multiply({
              a: vectors + start * floatBytes,
              strideA: columns * floatBytes,
              panel: panel + (start - column) * panelStride,
              stridePanel: panelStride,
              c: tiles + part * x.length * panelStride,
              strideC: panelStride,
              rows: x.length,
              columns: end - start,
              accumulate: start > part * width,
              bias: 0,
            });
          }
          if (!last) return;
          const lanes = Math.min(panelRows, rows - first);
          out.forEach((product, part) => {
            for (let i = 0; i < x.length; i++)
              for (let lane = firstLane; lane < lanes; lane++)
                product[i * rows + first + lane] = sums[(part * x.length + i) * panelRows + lane] as number;
          });
        });
        return out;
      } finally {
        // The first of the parts, where the allocation begins.
        memory.release(panel);
      }
    },
    byColumn(map, x) {
      const sums = new Float64Array(map.tensor.shape.at(-1) as number);
      const factors = new Float64Array(panelRows);
      eachUnpacked(map, ({ row: first, firstLane, column, count }, unpacked, lanes) => {
        factors.fill(0).set(x.subarray(first + firstLane, first + lanes), firstLane);
        addColumns(sums, column, count, unpacked, factors);
      });
      return sums;
    },
    columns(map, indices) {
      const out = indices.map(() => new Float64Array(map.to - map.from));
      eachUnpacked(map, ({ row: first, column, count }, unpacked, lanes) =>
        indices.forEach((index, i) => {
          if (index < column || index >= column + count) return;
          for (let lane = 0; lane < lanes; lane++)
            (out[i] as Float64Array)[first + lane] = unpacked[(index - column) * panelRows + lane] as number;
        }),
      );
      return out;
    },
  };
}

/** Adds to each of some sums the product of sixteen numbers with a column of a panel, whose other lanes are 0. */
function addColumns(
  sums: Float64Array,
  from: number,
  count: number,
  unpacked: Float32Array,
  factors: Float64Array,
): void {
  // Eight factors at a time stay in registers: twice as fast as a loop over the lanes.
  for (let first = 0; first < panelRows; first += lanesTogether) {
    const [a, b, c, d, e, f, g, h] = factors.subarray(first, first + lanesTogether) as Iterable<number> as Eight;
    for (let k = 0; k < count; k++) {
      const at = k * panelRows + first;
      sums[from + k] =
        (sums[from + k] as number) +
        (a * (unpacked[at] as number) +
          b * (unpacked[at + 1] as number) +
          c * (unpacked[at + 2] as number) +
          d * (unpacked[at + 3] as number)) +
        (e * (unpacked[at + 4] as number) +
          f * (unpacked[at + 5] as number) +
          g * (unpacked[at + 6] as number) +
          h * (unpacked[at + 7] as number));
    }
  }
}

const lanesTogether = 8;
type Eight = readonly [number, number, number, number, number, number, number, number];
