import type { AngleSummary, LabEntry, TiedResult } from '../../shared/lab';
import type { Model } from '../model';
import { pause } from '../pause';
import { largest } from '../ranking';
import { angle } from '../vectors';
import { entry, type LabControl } from './lab';

const listed = 20;

/** How far every token's input vector is from its output vector. One matrix serves for both, so only the final norm's gain tells them apart. */
export async function tied(model: Model, { signal, tell }: LabControl): Promise<TiedResult> {
  const { matrix } = model.directions;
  const angles = new Float64Array(matrix.vocabulary);
  for (const { first, rows } of matrix.blocks()) {
    for (let i = 0, at = 0; at < rows.length; i++, at += matrix.dimensions) {
      const row = rows.subarray(at, at + matrix.dimensions);
      angles[first + i] = angle(row, Float64Array.from(row, (value, j) => value * (model.norm.gain[j] as number)));
    }
    tell((first + rows.length / matrix.dimensions) / matrix.vocabulary);
    await pause(signal);
  }
  return { tied: true, angle: { mean: 0, min: 0, max: 0 }, most: [], gainFolded: { angle: summary(angles), most: widest(model, angles) } };
}

/** Rows of zeros have no angle and are left out. */
function summary(angles: Float64Array): AngleSummary {
  const known = angles.filter((value) => !Number.isNaN(value));
  return { mean: known.reduce((sum, value) => sum + value, 0) / known.length, min: known.reduce((a, b) => Math.min(a, b), Infinity), max: known.reduce((a, b) => Math.max(a, b), -Infinity) };
}

function widest(model: Model, angles: Float64Array): LabEntry[] {
  const ids = largest((id) => angles[id] as number, angles.length, listed);
  return Array.from(ids, (id) => entry(model, id, angles[id] as number)).sort((a, b) => b.value - a.value || a.id - b.id);
}
