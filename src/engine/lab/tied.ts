import type { AngleSummary, LabEntry, TiedResult } from '../../shared/lab';
import { angle } from '../arrays/vectors';
import { largest } from '../directions/ranking';
import type { Model } from '../model/model';
import { pause } from '../tasks/pause';
import { entry, type Trial } from './experiment';

const listed = 20;

/**
 * The angle between each token's input and output vector. In a tied model the two are equal until the final norm's gain
 * is folded in; without a loaded norm, that part is left out.
 */
export async function tied({ model, signal, report }: Trial<'tied'>): Promise<TiedResult> {
  const { matrix } = model.directions;
  const { embedding } = model;
  const plain = new Float64Array(model.tied ? 0 : matrix.vocabulary);
  const gain = model.norm?.gain;
  const folded = new Float64Array(gain ? matrix.vocabulary : 0);
  const withGain = new Float64Array(matrix.dimensions);
  for (const { first, rows } of matrix.blocks()) {
    const inputs = model.tied ? rows : embedding.block(first, rows.length / matrix.dimensions);
    for (let i = 0, at = 0; at < rows.length; i++, at += matrix.dimensions) {
      const input = inputs.subarray(at, at + matrix.dimensions);
      const output = rows.subarray(at, at + matrix.dimensions);
      if (!model.tied) plain[first + i] = angle(input, output);
      if (!gain) continue;
      for (let j = 0; j < withGain.length; j++) withGain[j] = (output[j] as number) * (gain[j] as number);
      folded[first + i] = angle(input, withGain);
    }
    report((first + rows.length / matrix.dimensions) / matrix.vocabulary);
    await pause(signal);
  }
  const apart = model.tied ? { angle: { mean: 0, min: 0, max: 0 }, most: [] } : summaryOf(model, plain);
  return { tied: model.tied, ...apart, ...(gain && { gainFolded: summaryOf(model, folded) }) };
}

const summaryOf = (model: Model, angles: Float64Array) => ({ angle: summary(angles), most: widest(model, angles) });

/** Leaves out rows of zeros, which have no angle. */
function summary(angles: Float64Array): AngleSummary {
  const known = angles.filter((value) => !Number.isNaN(value));
  return {
    mean: known.reduce((sum, value) => sum + value, 0) / known.length,
    min: known.reduce((a, b) => Math.min(a, b), Infinity),
    max: known.reduce((a, b) => Math.max(a, b), -Infinity),
  };
}

function widest(model: Model, angles: Float64Array): LabEntry[] {
  const ids = largest((id) => angles[id] as number, angles.length, listed);
  return Array.from(ids, (id) => entry(model, id, angles[id] as number)).sort(
    (a, b) => b.value - a.value || a.id - b.id,
  );
}
