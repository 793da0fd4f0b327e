import { bisectLeft } from 'd3-array';
import { norm } from '../arrays/vectors';

const bins = 120;

/** The sizes of all rows, and what the vocabulary as a whole looks like. */
export interface RowSizes {
  /** ‖w‖₂ of every row, model units. */
  readonly of: Float64Array;
  readonly smallest: number;
  readonly largest: number;
  /** Ids of the extremes; ties to the lower id. */
  readonly smallestId: number;
  readonly largestId: number;
  readonly mean: number;
  /** The mean of all rows, d long, and its length. */
  readonly meanRow: Float64Array;
  readonly meanRowSize: number;
  readonly histogram: { readonly from: number; readonly width: number; readonly counts: readonly number[] };
  /** Share of the rows that are strictly smaller than `size`: 0 … 100. */
  percentile(size: number): number;
}

/** The sums from which `sizesOf` computes sizes. */
export interface MeasuredRows {
  /** ‖w‖₂ of every row. */
  readonly of: Float64Array;
  /** The sum of all rows, d long. */
  readonly sum: Float64Array;
}

export function sizesOf({ of, sum }: MeasuredRows): RowSizes {
  const vocabulary = of.length;
  const meanRow = sum.map((total) => total / vocabulary);
  const sorted = Float64Array.from(of).sort();
  const smallest = sorted[0] as number;
  const largest = sorted[vocabulary - 1] as number;
  const width = (largest - smallest) / bins || 1;
  const counts = new Array<number>(bins).fill(0);
  for (const size of of) (counts[Math.min(bins - 1, Math.floor((size - smallest) / width))] as number)++;
  return {
    of,
    smallest,
    largest,
    smallestId: of.indexOf(smallest),
    largestId: of.indexOf(largest),
    mean: of.reduce((sum, size) => sum + size, 0) / vocabulary,
    meanRow,
    meanRowSize: norm(meanRow),
    histogram: { from: smallest, width, counts },
    percentile: (size) => (100 * bisectLeft(sorted, size)) / vocabulary,
  };
}
