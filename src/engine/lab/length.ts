import type { LengthOptions, LengthResult } from '../../shared/lab';
import { byMetric } from '../../shared/tokens';
import { capped, rawLogits } from '../model/logits';
import type { Model } from '../model/model';
import { pause } from '../tasks/pause';
import type { PositionStore } from '../analysis/positions';
import { Comparison, largest } from '../directions/ranking';
import { dot, norm } from '../tools/vectors';
import { agreement } from './agreement';
import { entry, type LabControl } from './experiment';
import { entropyOf, lastHidden, probabilities } from './prediction';

const scales = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
const listed = 10;

/** Scales the residual before the final norm, and h after it, at the last position of a text. */
export async function length(
  model: Model,
  store: PositionStore,
  text: LengthOptions,
  { signal, tell }: LabControl,
): Promise<LengthResult> {
  const { residual, hidden } = await lastHidden(model, store, text, { ...(signal && { signal }) });
  const { matrix, raw } = model.directions;
  const { norm: finalNorm } = model.needRunner();
  const { bias } = finalNorm;
  const own = new Float64Array(matrix.vocabulary);
  /** What the final norm's bias gives to each product, whatever the residual. */
  const fixed = new Float64Array(matrix.vocabulary);
  for (const { first, rows } of matrix.blocks()) {
    for (let i = 0, at = 0; at < rows.length; i++, at += matrix.dimensions) {
      const output = rows.subarray(at, at + matrix.dimensions);
      own[first + i] = dot(hidden, output);
      if (bias) fixed[first + i] = dot(bias, output);
    }
    await pause(signal);
  }
  const probabilitiesOf = (scaled: Float64Array) => probabilities(capped(model, rawLogits(model, scaled)));
  const usual = probabilitiesOf(own);
  const hiddenSize = norm(hidden);
  const products = await model.directions.dots([Float32Array.from(hidden)]);

  const afterNorm: LengthResult['afterNorm'][number][] = [];
  for (const scale of scales) {
    const scaled = own.map((product) => product * scale);
    const all = probabilitiesOf(scaled);
    const query = hidden.map((value) => value * scale);
    const comparison = new Comparison(
      model.directions,
      raw,
      query,
      products.map((product) => product * scale),
    );
    const nearest = byMetric((metric) => comparison.best(metric, listed));
    afterNorm.push({
      entropy: entropyOf(all),
      top: likeliest(rawLogits(model, scaled)).map((id) => entry(model, id, all[id] as number)),
      overlap: agreement(byMetric((metric) => nearest[metric].map(({ id }) => id))).overlap,
      nearest: byMetric((metric) => nearest[metric].map(({ id, value }) => entry(model, id, value))),
    });
    tell(afterNorm.length / scales.length);
    await pause(signal);
  }
  return {
    hiddenSize,
    scales,
    // The final norm of a scaled residual is h but for ε, so its products less what the norm's bias gives are the same
    // ones times the ratio of the two scalings.
    beforeNorm: scales.map((scale) => {
      const ratio = (scale * finalNorm.scale(residual.map((value) => value * scale))) / finalNorm.scale(residual);
      const scaled = own.map((product, id) => (fixed[id] as number) + (product - (fixed[id] as number)) * ratio);
      return probabilitiesOf(scaled).reduce((most, p, id) => Math.max(most, Math.abs(p - (usual[id] as number))), 0);
    }),
    afterNorm,
  };
}

/** Ids of the largest logits, best first. */
const likeliest = (logits: Float64Array): number[] =>
  Array.from(largest((id) => logits[id] as number, logits.length, listed)).sort(
    (a, b) => (logits[b] as number) - (logits[a] as number) || a - b,
  );
