import { greatest, mean, median } from 'd3-array';
import { defaults, type Control } from '../../shared/engine';
import type { Journey, JourneyRequest, LearnedPosition } from '../../shared/layers';
import { checkPosition } from './limits';
import type { InputEmbedding } from '../trunk/inputEmbedding';
import { biasOf, rawLogit } from '../model/logits';
import type { Model } from '../model/model';
import type { Position, PositionStore } from './positions';
import type { Ranked } from '../directions/ranking';
import { angle, distance, dot, norm, type Vector } from '../tools/vectors';
import { pushOf } from './push';
import { measureText } from './run';
import { tokenise } from './tokenise';

/** One position on its way from the input token to the prediction. */
export async function journey(
  model: Model,
  store: PositionStore,
  request: JourneyRequest,
  control: Control,
): Promise<Journey> {
  const { ids, length } = tokenise(model, { ...request, most: 0 });
  const { position: index } = request;
  checkPosition(index, length);
  const { positions } = await measureText(model, store, ids.slice(0, length), defaults.top, [], control);
  const { directions, vocabulary, embedding } = model;

  const here = positions[index] as Position;
  const input = ids[index] as number;
  const predicted = (here.likeliest[0] as Ranked).id;
  const next = ids[index + 1];
  const output = request.output ?? predicted;
  const replay = await model.trunk.replay(index, embedding.rows([input]), { signal: control.signal });
  const normed = replay.residuals.map((residual) => model.finalNorm(residual));
  const angleTo = (id: number) => normed.map((vector) => angle(vector, directions.matrix.row(id)));
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
    partsAngle: replay.attention.map((part, layer) => angle(part, replay.feedForward[layer] as Float32Array)),
    output: vocabulary.token(output),
    logit: rawLogit(model, here.hidden, output),
    push: pushOf(model, replay, 0, directions.matrix.row(output), biasOf(model, output)),
    meanPush: pushOf(model, replay, 0, directions.sizes.meanRow, mean(directions.bias ?? []) ?? 0),
    sink: sinkAt(positions, index),
    inputDeviation: distance(replay.residuals[0] as Float32Array, embedding.row(input)),
    learned: learnedPosition(model.trunk.inputEmbedding, index, embedding.row(input)),
  };
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
