import {
  defaults,
  type LengthSweep,
  type PredictedToken,
  type Prediction,
  type PredictionQuestion,
} from '../../shared/engine';
import { byMetric } from '../../shared/metrics';
import type { RankedToken } from '../../shared/tokens';
import type { Vector } from '../arrays/vectors';
import { bucketsOf, lastBucket } from '../directions/buckets';
import { RowRanking, largest, selectionMargin, type Ranked } from '../directions/ranking';
import type { Softmax } from '../directions/softmax';
import { biasOf, likeliestOf, logitRank, rawLogit } from '../model/logits';
import type { Model } from '../model/model';
import { checkCount, checkId, checkPosition } from './limits';
import { describer } from './neighbours';
import { tokenProbability, type AboutText, type Position } from './positions';
import { measureText } from './run';

/**
 * The ids that can be among the `count` largest values of a · product − square for some a > 0, rising: all but those
 * that at least `count` others beat by a larger product and a square that is no larger. A few hundred of a vocabulary.
 */
export function contenders(products: Vector, squares: Vector, count: number): Uint32Array {
  // The products of one bucket count as equal.
  const { begins, ids } = bucketsOf(products);
  /** The smallest squares of all higher buckets, rising: `count` of them at most. */
  const smallest: number[] = [];
  const found: number[] = [];
  for (let bucket = lastBucket; bucket >= 0; bucket--) {
    const own = ids.subarray(begins[bucket], begins[bucket + 1]);
    const bound = smallest.length < count ? Infinity : (smallest[count - 1] as number);
    for (const id of own) if ((squares[id] as number) < bound) found.push(id);
    for (const id of own) {
      const square = squares[id] as number;
      if (smallest.length === count && square >= (smallest[count - 1] as number)) continue;
      const place = smallest.findIndex((one) => one > square);
      smallest.splice(place < 0 ? smallest.length : place, 0, square);
      if (smallest.length > count) smallest.pop();
    }
  }
  return Uint32Array.from(found).sort();
}

/** The prediction after a position, every logit taken apart: ‖h‖ · ‖u‖ · cos θ + bias. */
export const prediction: AboutText<PredictionQuestion, Prediction> = async (
  loaded,
  { inspected },
  { position, ...question },
  control,
) => {
  checkPosition(position, inspected.length);
  const { positions } = await measureText(loaded, inspected, control);
  return predictNext(loaded.model, (positions[position] as Position).hidden, question);
};

/** The same from h. */
export async function predictNext(
  model: Model,
  hidden: Float32Array,
  { count, also }: Omit<PredictionQuestion, 'position'>,
): Promise<Prediction> {
  checkCount(count);
  for (const id of also ?? []) checkId(model, id);
  const { directions } = model;
  const [products] = (await directions.products([hidden])) as [Vector];
  const comparison = new RowRanking(directions, directions.raw, hidden, products);
  const describe = describer(model, comparison);
  const { likeliest, softmax } = likeliestOf(model, comparison, count);
  const predicted = predictionDescriber(model, describe, softmax);
  return {
    hiddenSize: comparison.size,
    entropy: softmax.entropy,
    top: likeliest.map(predicted),
    ...(also && {
      also: also.map((id) => ({
        ...predicted({ id, value: rawLogit(model, hidden, id) }),
        rank: logitRank(model, comparison, id),
      })),
    }),
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
    probability: tokenProbability(model, value, softmax),
  });

const stepsPerDecade = 20;
const decadesBelow = 2;
const decadesAbove = 1.4;

/**
 * The list by distance for h of other lengths: |s·h − w|² = s²|h|² − 2s h·w + |w|², of which the first term ranks
 * nothing.
 */
function sweepLengths(model: Model, comparison: RowRanking): LengthSweep {
  const { dots, size } = comparison;
  const { squares } = comparison.space;
  const actual = decadesBelow * stepsPerDecade;
  const scales = Array.from(
    { length: actual + Math.round(decadesAbove * stepsPerDecade) + 1 },
    (_, i) => 10 ** ((i - actual) / stepsPerDecade),
  );
  const best = (metric: 'dot' | 'cosine') => new Set(comparison.best(metric, defaults.nearest).map(({ id }) => id));
  const byDot = best('dot');
  const byCosine = best('cosine');

  const kept = defaults.nearest + selectionMargin;
  // The whole vocabulary once a length would take most of the time of a prediction.
  const contending = contenders(dots, squares, kept);
  const nearest = scales.map((scale) => {
    const exact = (id: number) => 2 * scale * comparison.exact(id).dot - (model.directions.sizes.of[id] as number) ** 2;
    const candidates = largest(
      (at) => {
        const id = contending[at] as number;
        return 2 * scale * (dots[id] as number) - (squares[id] as number);
      },
      contending.length,
      kept,
    );
    return Array.from(candidates, (at) => contending[at] as number)
      .map((id) => ({ id, score: exact(id) }))
      .sort((a, b) => b.score - a.score || a.id - b.id)
      .slice(0, defaults.nearest)
      .map(({ id }) => id);
  });
  const ids = [...new Set(nearest.flat())];
  const indices = new Map(ids.map((id, index) => [id, index]));
  const shared = (other: ReadonlySet<number>) => nearest.map((list) => list.filter((id) => other.has(id)).length);
  return {
    lengths: scales.map((scale) => scale * size),
    actual,
    tokens: ids.map((id) => model.vocabulary.token(id)),
    nearest: nearest.map((list) => list.map((id) => indices.get(id) as number)),
    sharedWithDot: shared(byDot),
    sharedWithCosine: shared(byCosine),
  };
}
