import type { LengthOptions, LengthResult } from '../../shared/lab';
import { byMetric } from '../../shared/tokens';
import { capped } from '../analysis/prediction';
import type { Model } from '../model';
import { pause } from '../pause';
import type { PositionStore } from '../positions';
import { Comparison } from '../ranking';
import { dot, norm } from '../vectors';
import { agreement } from './agreement';
import { entry, type LabControl } from './lab';
import { entropyOf, lastHidden, probabilities } from './prediction';

const scales = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
const listed = 10;

/** Scales the residual before the final norm, and h after it, at the last position of a text. */
export async function length(model: Model, store: PositionStore, text: LengthOptions, { signal, tell }: LabControl): Promise<LengthResult> {
  const { residual, hidden } = await lastHidden(model, store, text, { ...(signal && { signal }) });
  const { matrix, raw } = model.directions;
  const { norm: finalNorm } = model.needRunner();
  const { bias } = finalNorm;
  const logits = new Float64Array(matrix.vocabulary);
  /** What the final norm's bias gives to each logit, whatever the residual. */
  const fixed = new Float64Array(matrix.vocabulary);
  for (const { first, rows } of matrix.blocks()) {
    for (let i = 0, at = 0; at < rows.length; i++, at += matrix.dimensions) {
      const output = rows.subarray(at, at + matrix.dimensions);
      logits[first + i] = dot(hidden, output);
      if (bias) fixed[first + i] = dot(bias, output);
    }
    await pause(signal);
  }
  const usual = probabilities(capped(model, logits));
  const hiddenSize = norm(hidden);
  const products = await model.directions.dots(Float32Array.from(hidden), 1);

  const afterNorm: LengthResult['afterNorm'][number][] = [];
  for (const scale of scales) {
    const all = probabilities(capped(model, logits.map((logit) => logit * scale)));
    const query = hidden.map((value) => value * scale);
    const comparison = new Comparison(model.directions, raw, query, products.map((product) => product * scale));
    const nearest = byMetric((metric) => comparison.best(metric, listed));
    afterNorm.push({
      entropy: entropyOf(all),
      top: nearest.dot.map(({ id }) => entry(model, id, all[id] as number)),
      overlap: agreement(byMetric((metric) => nearest[metric].map(({ id }) => id))).overlap,
      nearest: byMetric((metric) => nearest[metric].map(({ id, value }) => entry(model, id, value))),
    });
    tell(afterNorm.length / scales.length);
    await pause(signal);
  }
  return {
    hiddenSize,
    scales,
    // The final norm of a scaled residual is h but for ε, so its logits less the bias are the same ones times the ratio of the two scalings.
    beforeNorm: scales.map((scale) => {
      const ratio = (scale * finalNorm.scale(residual.map((value) => value * scale))) / finalNorm.scale(residual);
      const scaled = logits.map((logit, id) => (fixed[id] as number) + (logit - (fixed[id] as number)) * ratio);
      return probabilities(capped(model, scaled)).reduce((most, p, id) => Math.max(most, Math.abs(p - (usual[id] as number))), 0);
    }),
    afterNorm,
  };
}
