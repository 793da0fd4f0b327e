import type { LengthResult } from '../../shared/lab';
import { byMetric } from '../../shared/metrics';
import { dot, norm, type Vector } from '../arrays/vectors';
import { RowRanking, largest } from '../directions/ranking';
import { capped, rawLogits } from '../model/logits';
import { pause } from '../tasks/pause';
import { agreement } from './agreement';
import { entry, type TextTrial } from './experiment';
import { entropyOf, lastResidual, probabilities } from './prediction';

const scales = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
const listed = 10;

/** Scales the residual before the final norm, and h after it, at the last position of a text. */
export async function length(trial: TextTrial<'length'>): Promise<LengthResult> {
  const { model, options, signal, report } = trial;
  const { norm: finalNorm } = model.needRunner();
  const { ids, residual, hidden } = await lastResidual(trial, options);
  const { matrix, raw } = model.directions;
  const { bias } = finalNorm;
  const own = new Float64Array(matrix.vocabulary);
  /** The share of the final norm's bias in each product: the same for every residual. */
  const ofBias = new Float64Array(matrix.vocabulary);
  for (const { first, rows } of matrix.blocks()) {
    for (let i = 0, at = 0; at < rows.length; i++, at += matrix.dimensions) {
      const output = rows.subarray(at, at + matrix.dimensions);
      own[first + i] = dot(hidden, output);
      if (bias) ofBias[first + i] = dot(bias, output);
    }
    await pause(signal);
  }
  /** The products at one scale, in float64 and float32. All scales share the arrays, which are V long. */
  const scaled = new Float64Array(matrix.vocabulary);
  const scaledProducts = new Float32Array(matrix.vocabulary);
  const probabilitiesOf = (scaled: Float64Array) => probabilities(capped(model, rawLogits(model, scaled)));
  const usual = probabilitiesOf(own);
  const hiddenSize = norm(hidden);
  const [products] = (await model.directions.products([Float32Array.from(hidden)])) as [Vector];

  const afterNorm: LengthResult['afterNorm'][number][] = [];
  for (const scale of scales) {
    for (let id = 0; id < scaled.length; id++) {
      scaled[id] = (own[id] as number) * scale;
      scaledProducts[id] = (products[id] as number) * scale;
    }
    const all = probabilitiesOf(scaled);
    const query = hidden.map((value) => value * scale);
    const comparison = new RowRanking(model.directions, raw, query, scaledProducts);
    const nearest = byMetric((metric) => comparison.best(metric, listed));
    afterNorm.push({
      entropy: entropyOf(all),
      top: likeliest(rawLogits(model, scaled)).map((id) => entry(model, id, all[id] as number)),
      overlap: agreement(byMetric((metric) => nearest[metric].map(({ id }) => id))).overlap,
      nearest: byMetric((metric) => nearest[metric].map(({ id, value }) => entry(model, id, value))),
    });
    report(afterNorm.length / scales.length);
    await pause(signal);
  }
  return {
    hiddenSize,
    scales,
    // Apart from ε, the final norm of a scaled residual is h. So its products, without the share of the norm's bias,
    // are the same ones times the ratio of the two scalings.
    beforeNorm: scales.map((scale) => {
      const ratio = (scale * finalNorm.scale(residual.map((value) => value * scale))) / finalNorm.scale(residual);
      for (let id = 0; id < scaled.length; id++) {
        const bias = ofBias[id] as number;
        scaled[id] = bias + ((own[id] as number) - bias) * ratio;
      }
      return probabilitiesOf(scaled).reduce((most, p, id) => Math.max(most, Math.abs(p - (usual[id] as number))), 0);
    }),
    afterNorm,
    ids,
  };
}

/** Ids of the largest logits, the largest first. */
const likeliest = (logits: Float64Array): number[] =>
  Array.from(largest((id) => logits[id] as number, logits.length, listed)).sort(
    (a, b) => (logits[b] as number) - (logits[a] as number) || a - b,
  );
