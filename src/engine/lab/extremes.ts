import type { ExtremesResult, LabEntry } from '../../shared/lab';
import { distance } from '../arrays/vectors';
import { pause } from '../tasks/pause';
import { EqualRows } from './equalRows';
import { entry, type Trial } from './experiment';

const listed = 20;
/** Tokens between two pauses, in which the experiment can be cancelled. */
const batch = 1024;

/** The longest and shortest tokens, the nearest to the mean, duplicates, and tokens that no text can produce. */
export async function extremes({ model, signal, report }: Trial<'extremes'>): Promise<ExtremesResult> {
  const { matrix, sizes } = model.inputs;
  const { vocabulary, dimensions } = matrix;
  const toMean = new Float64Array(vocabulary);
  const equal = new EqualRows(matrix);
  for (const { first, rows } of matrix.blocks()) {
    for (let i = 0, at = 0; at < rows.length; i++, at += dimensions) {
      const row = rows.subarray(at, at + dimensions);
      toMean[first + i] = distance(row, sizes.meanRow);
      equal.add(first + i, row);
    }
    report((0.5 * (first + rows.length / dimensions)) / vocabulary);
    await pause(signal);
  }
  const duplicates = await equal.groups(signal);
  const unreachable: { id: number; text: string }[] = [];
  for (let id = 0; id < vocabulary; id++) {
    if (!model.tokenizer.canOccur(id)) unreachable.push({ id, text: model.tokenizer.textOf(id) });
    if (id % batch !== 0) continue;
    report(0.5 + (0.5 * id) / vocabulary);
    await pause(signal);
  }
  /** In a small vocabulary no token is listed at both ends. */
  const atEachEnd = Math.max(1, Math.min(listed, Math.floor(vocabulary / 2)));
  /** The tokens with the smallest values, or with the largest if the sign is −1. */
  const first = (values: Float64Array, many: number, sign: 1 | -1 = 1): LabEntry[] =>
    Array.from(
      new Uint32Array(vocabulary)
        .map((_, id) => id)
        .sort((a, b) => sign * ((values[a] as number) - (values[b] as number)) || a - b)
        .subarray(0, many),
      (id) => entry(model, id, values[id] as number),
    );
  return {
    longest: first(sizes.of, atEachEnd, -1),
    shortest: first(sizes.of, atEachEnd),
    nearMean: first(toMean, listed),
    duplicates,
    unreachable,
  };
}
