import { defaults, type Control, type LayerMeasures, type Run } from '../../shared/engine';
import type { Model } from '../model/model';
import { runHidden } from './hiddenVectors';
import { listedRun, type Names } from './listedRun';
import { probability, surprisal, type LoadedModel, type Position, type PositionStore } from './positions';
import type { CutText } from './tokenise';

const likeliest = 3;
/** Share of a run that the layers take; the rest goes into the predictions. */
const layersShare = 0.75;

/** Embed → run → measure → describe, for every position of a text. */
export async function runText(
  { model, positions: store, runs }: LoadedModel,
  text: CutText,
  control: Control,
): Promise<Run> {
  const { inspected } = text;
  model.needPredictions();
  if (model.served && model.served.server.gives !== 'hidden')
    return listedRun(model.served.server, namesOf(model), inspected, control);
  const { positions } = await measureText(model, store, inspected, defaults.top, [], control);
  return {
    handle: runs.add(text),
    length: inspected.length,
    hiddenSize: Float64Array.from(positions, (position) => position.hiddenSize),
    entropy: Float64Array.from(positions, (position) => position.softmax.entropy),
    surprisal: surprisals(model, positions, inspected),
    likeliest: positions.map(({ likeliest: best, softmax }) =>
      best.slice(0, likeliest).map(({ id, value }) => ({
        token: model.vocabulary.token(id),
        probability: probability(model, value, softmax),
      })),
    ),
    layers: layerMeasures(positions),
  };
}

/** h at every position, `positions × dimensions`. */
export async function hiddenOfText(
  { model, positions: store }: LoadedModel,
  { inspected }: CutText,
  control: Control,
): Promise<Float32Array> {
  const { positions } = await measureText(model, store, inspected, defaults.top, [], control);
  const { dimensions } = model.embedding;
  const rows = new Float32Array(positions.length * dimensions);
  positions.forEach(({ hidden }, i) => rows.set(hidden, i * dimensions));
  return rows;
}

/** The vocabulary of a model whose server lists the likeliest tokens. */
export const namesOf = ({ vocabulary }: Model): Names => ({
  token: (id) => vocabulary.token(id),
  size: vocabulary.length,
});

/**
 * Runs the layers over all ids, no more than the model reads, and measures every position; the neighbours of `tokens`
 * are found on the way.
 */
export async function measureText(
  model: Model,
  store: PositionStore,
  ids: readonly number[],
  count: number,
  tokens: readonly number[],
  { signal, onProgress }: Control,
) {
  const vectors = await runHidden(model, ids, {
    ...(signal && { signal }),
    onFraction: (fraction) => onProgress?.({ stage: 'run', fraction: fraction * layersShare }),
  });
  return store.measure(model, ids, vectors, count, tokens, signal, (fraction) =>
    onProgress?.({ stage: 'predictions', fraction: layersShare + fraction * (1 - layersShare) }),
  );
}

/** Surprisal of every token under the prediction before it, bits; NaN at the first. */
export function surprisals(model: Model, positions: readonly Position[], ids: readonly number[]): Float64Array {
  return Float64Array.from(positions, (_, i) =>
    i === 0 ? NaN : surprisal(model, positions[i - 1] as Position, ids[i] as number),
  );
}

/** From one record a position to one row a layer. */
export function layerMeasures(positions: readonly Position[]): LayerMeasures {
  const rows = (of: (position: Position) => readonly number[]) =>
    Array.from({ length: positions[0] ? of(positions[0]).length : 0 }, (_, layer) =>
      Float64Array.from(positions, (position) => of(position)[layer] as number),
    );
  return {
    residualSize: rows((position) => position.residualSize),
    angleToInput: rows((position) => position.angleToInput),
    angleToPrediction: rows((position) => position.angleToPrediction),
    attentionSize: rows((position) => position.attentionSize),
    feedForwardSize: rows((position) => position.feedForwardSize),
  };
}
