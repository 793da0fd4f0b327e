import type { Experiment, LabText } from '../../shared/lab';
import type { Position } from '../analysis/positions';
import { measureText } from '../analysis/run';
import { tokenise } from '../analysis/tokenise';
import { row } from '../arrays/vectors';
import type { TextTrial } from './experiment';

interface LastHidden {
  readonly ids: readonly number[];
  readonly hidden: Float32Array;
}

export async function lastHidden<E extends Experiment>(trial: TextTrial<E>, text: LabText): Promise<LastHidden> {
  const { model, signal } = trial;
  const tokenised = tokenise(model, { ...text, most: 0 });
  const ids = tokenised.ids.slice(0, tokenised.length);
  const measured = await measureText(trial, ids, { ...(signal && { signal }) });
  return { ids, hidden: (measured.positions.at(-1) as Position).hidden };
}

/** Runs a text. Returns also the residual after the last layer at its last position, and its h in float64. */
export async function lastResidual<E extends Experiment>(
  trial: TextTrial<E>,
  text: LabText,
): Promise<{ readonly ids: readonly number[]; readonly residual: Float32Array; readonly hidden: Float64Array }> {
  const { model, signal } = trial;
  const { ids } = await lastHidden(trial, text);
  const { layers, dimensions } = model.hyperparameters;
  const trunk = await model.trunk.run(ids, { signal });
  const residual = row(trunk.residuals(layers), ids.length - 1, dimensions).slice();
  return { ids, residual, hidden: model.finalNorm(residual) };
}

export function probabilities(logits: Float64Array | Float32Array): Float64Array {
  let greatest = -Infinity;
  for (const logit of logits) greatest = Math.max(greatest, logit);
  // Plain loops over one array: `Float64Array.from` goes through a list of objects.
  const all = new Float64Array(logits.length);
  let total = 0;
  for (let id = 0; id < all.length; id++) total += all[id] = Math.exp((logits[id] as number) - greatest);
  for (let id = 0; id < all.length; id++) (all[id] as number) /= total;
  return all;
}

/** −Σ p log₂ p, bits. */
export const entropyOf = (all: Float64Array): number =>
  all.reduce((sum, p) => (p > 0 ? sum - p * Math.log2(p) : sum), 0);
