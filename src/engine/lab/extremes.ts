import type { ExtremesResult, LabEntry } from '../../shared/lab';
import type { Model } from '../model/model';
import { pause } from '../tasks/pause';
import { distance } from '../tools/vectors';
import { entry, type LabControl } from './experiment';

const listed = 20;
/** Tokens looked at between two chances to stop. */
const together = 1024;

/** Names or noise: what stands at the ends of the vocabulary's sizes, at its middle, and what no text can reach. */
export async function extremes(model: Model, { signal, tell }: LabControl): Promise<ExtremesResult> {
  const { matrix, sizes } = model.inputs;
  const { vocabulary, dimensions } = matrix;
  const toMean = new Float64Array(vocabulary);
  const byContent = new Map<string, number[]>();
  for (const { first, rows } of matrix.blocks()) {
    for (let i = 0, at = 0; at < rows.length; i++, at += dimensions) {
      const row = rows.subarray(at, at + dimensions);
      toMean[first + i] = distance(row, sizes.meanRow);
      const key = contentKey(row);
      const same = byContent.get(key);
      if (same) same.push(first + i);
      else byContent.set(key, [first + i]);
    }
    tell((0.5 * (first + rows.length / dimensions)) / vocabulary);
    await pause(signal);
  }
  const unreachable: { id: number; text: string }[] = [];
  for (let id = 0; id < vocabulary; id++) {
    if (!model.tokenizer.canOccur(id)) unreachable.push({ id, text: model.tokenizer.textOf(id) });
    if (id % together !== 0) continue;
    tell(0.5 + (0.5 * id) / vocabulary);
    await pause(signal);
  }
  const order = (by: (a: number, b: number) => number) =>
    Array.from({ length: vocabulary }, (_, id) => id).sort((a, b) => by(a, b) || a - b);
  const list = (ids: readonly number[], values: Float64Array): LabEntry[] =>
    ids.slice(0, listed).map((id) => entry(model, id, values[id] as number));
  const at = (values: Float64Array, id: number) => values[id] as number;
  return {
    longest: list(
      order((a, b) => at(sizes.of, b) - at(sizes.of, a)),
      sizes.of,
    ),
    shortest: list(
      order((a, b) => at(sizes.of, a) - at(sizes.of, b)),
      sizes.of,
    ),
    nearMean: list(
      order((a, b) => at(toMean, a) - at(toMean, b)),
      toMean,
    ),
    duplicates: [...byContent.values()].filter((ids) => ids.length > 1),
    unreachable,
  };
}

/** Two rows have the same key only where they are the same: its characters are the row's bytes, two by two. */
const contentKey = (row: Float32Array): string =>
  String.fromCharCode(...new Uint16Array(row.buffer, row.byteOffset, 2 * row.length));
