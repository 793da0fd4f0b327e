import { greatest, mean, median } from 'd3-array';
import type { Journey, JourneyQuestion, LearnedPosition, LogitPair, Push } from '../../shared/layers';
import { angle, distance, dot, norm, type Vector } from '../arrays/vectors';
import { metricBetween, type Ranked } from '../directions/ranking';
import { biasOf, rawLogit } from '../model/logits';
import type { Model } from '../model/model';
import type { InputEmbedding } from '../trunk/inputEmbedding';
import type { AboutText, Position } from './positions';
import { directionOf, pushOn } from './push';
import { ranPosition } from './run';

/** One position on its way from the input token to the prediction. */
export const journeyOf: AboutText<JourneyQuestion, Journey> = async (loaded, text, question, control) => {
  const { position: index, against } = question;
  const { positions, here, output } = await ranPosition(loaded, text, question, control);
  const { model } = loaded;
  const { inspected } = text;
  const { directions, vocabulary, embedding } = model;

  const input = inspected[index] as number;
  const predicted = (here.likeliest[0] as Ranked).id;
  const next = inspected[index + 1] ?? text.next;
  const replay = await model.trunk.replay(index, embedding.rows([input]), { signal: control.signal });
  const pair = against === undefined ? null : pairOf(model, here, output, against);
  const direction = directionOf(model, { output, ...(against !== undefined && { against }) });
  const normed = replay.residuals.map((residual) => model.finalNorm(residual));
  const angleTo = (id: number) => normed.map((vector) => angle(vector, directions.matrix.row(id)));
  const { mixers, experts } = model.hyperparameters;
  const kinds = (mixers ?? experts) && { ...(mixers && { mixers }), ...(experts && { experts }) };
  return {
    position: index,
    input: vocabulary.token(input),
    predicted: vocabulary.token(predicted),
    next: next === undefined ? null : vocabulary.token(next),
    residualSize: here.residualSize,
    angleToInput: here.angleToInput,
    angleToPredicted: here.angleToPrediction,
    angleToNext: next === undefined ? null : angleTo(next),
    attentionSize: replay.attention.map(norm),
    feedForwardSize: replay.feedForward.map(norm),
    ...(kinds && { kinds }),
    partsAngle: replay.attention.map((part, layer) => known(angle(part, replay.feedForward[layer] as Float32Array))),
    output: vocabulary.token(output),
    pair,
    logit: pair ? pair.logits[0] - pair.logits[1] : rawLogit(model, here.hidden, output),
    push: pushOn(model, replay, 0, direction.row, direction.bias),
    meanPush: pair
      ? noPush(model)
      : pushOn(model, replay, 0, directions.sizes.meanRow, mean(directions.bias ?? []) ?? 0),
    sink: sinkAt(positions, index),
    inputDeviation: distance(replay.residuals[0] as Float32Array, embedding.row(input)),
    learned: learnedPosition(model.trunk.inputEmbedding, index, embedding.row(input)),
  };
};

/** A vector of zeros has no angle. */
const known = (value: number): number | null => (Number.isNaN(value) ? null : value);

/** Two logits in their factors. */
function pairOf(model: Model, { hidden, hiddenSize }: Position, output: number, against: number): LogitPair {
  const both = <T>(of: (id: number) => T): [T, T] => [of(output), of(against)];
  return {
    against: model.vocabulary.token(against),
    logits: both((id) => rawLogit(model, hidden, id)),
    hiddenSize,
    sizes: both((id) => model.directions.sizes.of[id] as number),
    cosines: both((id) => {
      const size = model.directions.sizes.of[id] as number;
      return metricBetween('cosine', hidden, hiddenSize, model.directions.matrix.row(id), size);
    }),
    biases: both((id) => biasOf(model, id)),
  };
}

/** Two tokens share the mean of the vocabulary, so their difference has none of it. */
function noPush({ hyperparameters: { layers } }: Model): Push {
  const none = Array.from({ length: layers }, () => 0);
  return { input: 0, attention: none, feedForward: none, bias: 0 };
}

/** What the position's own vector is to r_0, in float64 from the two rows; null where the model has none. */
function learnedPosition(inputEmbedding: InputEmbedding, position: number, input: Vector): LearnedPosition | null {
  const [vector, sizes] = [inputEmbedding.positionVector(position), inputEmbedding.positionSizes()];
  if (!vector || !sizes) return null;
  const between = angle(vector, input);
  const entered = inputEmbedding.ofVectors(Float32Array.from(input), position);
  return {
    sizes,
    ...(!Number.isNaN(between) && { angleToInput: between }),
    share: dot(vector, entered) / dot(entered, entered),
  };
}

/** The layer where a residual stands out most among those of the other positions. */
function sinkAt(positions: readonly Position[], index: number): Journey['sink'] {
  const others = positions.filter((_, i) => i !== index);
  if (others.length === 0) return null;
  const layers = (positions[index] as Position).residualSize.map((here, layer) => ({
    layer,
    here,
    others: median(others, ({ residualSize }) => residualSize[layer]) as number,
  }));
  return greatest(layers, ({ here, others: usual }) => (usual > 0 ? here / usual : 0)) ?? null;
}
