import type { LinearMap } from '../architecture/layers';
import { dotOfPart } from '../arrays/vectors';
import { panelRows } from '../kernels/kernels';
import { allocateParts } from '../kernels/layout';
import type { KernelMachine } from '../kernels/machine';
import type { KernelMemory } from '../kernels/memory';
import { floatBytes, forPanels, panelRoom, panelStride } from '../kernels/storedRows';
import { rowBytesOf, tensorTypes } from '../weights/types/types';
import type { Weights } from '../weights/weights';
import { eachMatrixRow } from './plainLayers';

/**
 * Multiplies vectors with a matrix part by part: columns of the matrix are cut into `parts` of equal width, and each
 * part gives a product of its own, `x.length × rows of the map`. The bias is left out.
 */
export type ProductsByPart = (map: LinearMap, x: readonly Float64Array[], parts: number) => Float64Array[];

const blank = ({ from, to }: LinearMap, x: readonly Float64Array[], parts: number) =>
  Array.from({ length: parts }, () => new Float64Array(x.length * (to - from)));

/** In float64 from the numbers of the file, for any backend. */
export const plainProducts =
  (weights: Weights): ProductsByPart =>
  (map, x, parts) => {
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
  };

/** On the kernels in this thread, from the matrices as they lie in memory. A few positions take no time. */
export const kernelProducts =
  (memory: KernelMemory, { kernels }: KernelMachine, addressOf: (tensor: string) => number): ProductsByPart =>
  (map, x, parts) => {
    const { tensor, from, to } = map;
    const [rows, columns] = [to - from, tensor.shape[1] as number];
    const width = columns / parts;
    const rowBytes = rowBytesOf(tensor.type, columns);
    const stored = { at: addressOf(tensor.name) + from * rowBytes, type: tensorTypes[tensor.type].ggufId };
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
      for (let begin = 0; begin < rows; begin += panelRows) {
        // If the rows do not fill the last panel it begins earlier.
        const first = Math.max(0, Math.min(begin, rows - panelRows));
        forPanels(kernels, { ...stored, rowBytes, columns }, stored.at + first * rowBytes, panel, (column, count) => {
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
        });
        const lanes = Math.min(panelRows, rows - first);
        out.forEach((product, part) => {
          for (let i = 0; i < x.length; i++)
            for (let lane = begin - first; lane < lanes; lane++)
              product[i * rows + first + lane] = sums[(part * x.length + i) * panelRows + lane] as number;
        });
      }
      return out;
    } finally {
      // The first of the parts, where the allocation begins.
      memory.release(panel);
    }
  };
