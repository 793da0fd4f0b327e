import { rangesOf, type SoftmaxShiftResult } from '../../shared/lab';
import { said } from '../../shared/said';
import { distance, dot, norm, type Vector } from '../arrays/vectors';
import { capped, rawLogits } from '../model/logits';
import type { Model } from '../model/model';
import { pause } from '../tasks/pause';
import { checkNumber, type TextTrial } from './experiment';
import { lastHidden, probabilities } from './prediction';
import { directionsFrom, evenlySpaced } from './samples';

/** Rows in the sample; the distance and the cosine of each to the next are compared. */
const sampled = 2000;

/** Adds one vector to every output row and measures what changes, in float64. */
export async function softmaxShift(trial: TextTrial<'softmax-shift'>): Promise<SoftmaxShiftResult> {
  const {
    model,
    options: { size, seed, ...text },
    signal,
    report,
  } = trial;
  const ranges = rangesOf('softmax-shift');
  checkNumber(said`size of the shift`, size, ranges.size);
  checkNumber(said`seed`, seed, ranges.seed);
  const { ids, hidden } = await lastHidden(trial, text);
  const { matrix } = model.directions;
  const shift = directionsFrom(seed, matrix.dimensions)(size);
  const logits = new Float64Array(matrix.vocabulary);
  const shifted = new Float64Array(matrix.vocabulary);
  let sizeChange = 0;
  for (const { first, rows } of matrix.blocks()) {
    for (let i = 0, at = 0; at < rows.length; i++, at += matrix.dimensions) {
      const row = rows.subarray(at, at + matrix.dimensions);
      const moved = sum(row, shift);
      logits[first + i] = dot(hidden, row);
      shifted[first + i] = dot(hidden, moved);
      sizeChange = Math.max(sizeChange, Math.abs(norm(moved) - (model.directions.sizes.of[first + i] as number)));
    }
    report((first + rows.length / matrix.dimensions) / matrix.vocabulary);
    await pause(signal);
  }
  return {
    probabilityChange: largestChange(
      probabilities(capped(model, rawLogits(model, logits))),
      probabilities(capped(model, rawLogits(model, shifted))),
    ),
    sizeChange,
    ...changesOfPairs(model, shift),
    ids,
  };
}

function changesOfPairs(model: Model, shift: Vector): Pick<SoftmaxShiftResult, 'distanceChange' | 'cosineChange'> {
  const { matrix } = model.directions;
  const ids = evenlySpaced(matrix.vocabulary, sampled);
  let distanceChange = 0;
  let cosineChange = 0;
  for (let i = 1; i < ids.length; i++) {
    const [a, b] = [matrix.row(ids[i - 1] as number), matrix.row(ids[i] as number)];
    const [movedA, movedB] = [sum(a, shift), sum(b, shift)];
    distanceChange = Math.max(distanceChange, Math.abs(distance(movedA, movedB) - distance(a, b)));
    cosineChange = Math.max(cosineChange, Math.abs(cosine(movedA, movedB) - cosine(a, b)));
  }
  return { distanceChange, cosineChange };
}

const cosine = (a: Vector, b: Vector): number => dot(a, b) / (norm(a) * norm(b) || 1);

/** A plain loop: `Float64Array.from` calls its function through an iterator, ten times as slow. */
function sum(a: Vector, b: Vector): Float64Array {
  const total = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) total[i] = (a[i] as number) + (b[i] as number);
  return total;
}

const largestChange = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);
