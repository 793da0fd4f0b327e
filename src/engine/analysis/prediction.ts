import {
  defaults,
  type LengthSweep,
  type PredictedToken,
  type Prediction,
  type PredictionRequest,
} from '../../shared/engine';
import { EngineError } from '../../shared/errors';
import { byMetric } from '../../shared/metrics';
import type { RankedToken } from '../../shared/tokens';
import { Comparison, largest, selectionMargin, type Ranked } from '../directions/ranking';
import type { Softmax } from '../directions/softmax';
import { biasOf, likeliestOf } from '../model/logits';
import type { Model } from '../model/model';
import type { Vector } from '../tools/vectors';
import { describer } from './neighbours';
import { probability } from './positions';

/** The prediction of one hidden vector, every logit taken apart: ‖h‖ · ‖u‖ · cos θ + bias. */
export async function predict(model: Model, { hidden, count }: PredictionRequest): Promise<Prediction> {
  const { directions } = model;
  if (!hidden.every(Number.isFinite))
    throw new EngineError(
      'bad-request',
      'A hidden vector with NaN or infinity was given; finite numbers were expected.',
    );
  const [products] = (await directions.products([hidden])) as [Vector];
  const comparison = new Comparison(directions, directions.raw, hidden, products);
  const describe = describer(model, comparison);
  const { likeliest, softmax } = likeliestOf(model, comparison, count);
  const predicted = predictionDescriber(model, describe, softmax);
  return {
    hiddenSize: comparison.size,
    entropy: softmax.entropy,
    top: likeliest.map(predicted),
    nearest: byMetric((metric) => comparison.best(metric, defaults.nearest).map((entry) => describe(entry.id))),
    lengths: sweepLengths(model, comparison),
  };
}

/** Adds the logit and the probability to the description of a token, given its raw logit. */
export const predictionDescriber =
  (model: Model, describe: (id: number) => RankedToken, softmax: Softmax) =>
  ({ id, value }: Ranked): PredictedToken => ({
    ...describe(id),
    logit: model.capped(value),
    rawLogit: value,
    bias: biasOf(model, id),
    probability: probability(model, value, softmax),
  });

const stepsPerDecade = 20;
const decadesBelow = 2;
const decadesAbove = 1.4;

/**
 * The list by distance for h of other lengths: |s·h − w|² = s²|h|² − 2s h·w + |w|², of which the first term ranks
 * nothing.
 */
function sweepLengths(model: Model, comparison: Comparison): LengthSweep {
  const { dots, size } = comparison;
  const { squares } = comparison.space;
  const actual = decadesBelow * stepsPerDecade;
  const scales = Array.from(
    { length: actual + Math.round(decadesAbove * stepsPerDecade) + 1 },
    (_, i) => 10 ** ((i - actual) / stepsPerDecade),
  );
  const ids = (metric: 'dot' | 'cosine') => new Set(comparison.best(metric, defaults.nearest).map(({ id }) => id));
  const byDot = ids('dot');
  const byCosine = ids('cosine');

  const nearest = scales.map((scale) => {
    const exact = (id: number) => 2 * scale * comparison.exact(id).dot - (model.directions.sizes.of[id] as number) ** 2;
    const candidates = largest(
      (id) => 2 * scale * (dots[id] as number) - (squares[id] as number),
      dots.length,
      defaults.nearest + selectionMargin,
    );
    return Array.from(candidates, (id) => ({ id, score: exact(id) }))
      .sort((a, b) => b.score - a.score || a.id - b.id)
      .slice(0, defaults.nearest)
      .map(({ id }) => id);
  });
  const shared = (other: ReadonlySet<number>) => nearest.map((list) => list.filter((id) => other.has(id)).length);
  return {
    lengths: scales.map((scale) => scale * size),
    actual,
    nearest: nearest.map((list) => list.map((id) => model.vocabulary.token(id))),
    sharedWithDot: shared(byDot),
    sharedWithCosine: shared(byCosine),
  };
}
