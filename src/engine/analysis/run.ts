import type { Pushed } from '../../shared/attention';
import { defaults, type Control, type LayerMeasures, type Run } from '../../shared/engine';
import type { Model } from '../model/model';
import type { TrunkStore } from '../trunk/trunk';
import { byMeasure, runHidden } from './hiddenVectors';
import { checkPosition, checkPushed } from './limits';
import { listedRun, type NamesOfTokens } from './listedRun';
import { tokenProbability, surprisal, type AboutText, type LoadedModel, type Position } from './positions';
import { promptEdge } from './promptEdge';
import type { CutText } from './tokenise';

const likeliest = 3;
/** Share of a run that the layers take; the rest goes into the predictions. */
const layersShare = 0.75;

/** Embed → run → measure → describe, for every position of a text. */
export async function runText(loaded: LoadedModel, text: CutText, control: Control): Promise<Run> {
  const { model, runs } = loaded;
  const { inspected } = text;
  model.needPredictions();
  if (model.served && model.served.server.gives !== 'hidden')
    return listedRun(model.served.server, tokenNamesOf(model), inspected, control);
  const { positions } = await measureText(loaded, inspected, control);
  const edge = text.next === undefined ? promptEdge(model, positions, inspected) : undefined;
  return {
    handle: runs.add(text),
    length: inspected.length,
    hiddenSize: Float64Array.from(positions, (position) => position.hiddenSize),
    entropy: Float64Array.from(positions, (position) => position.softmax.entropy),
    surprisal: surprisals(model, positions, inspected),
    likeliest: positions.map(({ likeliest: best, softmax }) =>
      best.slice(0, likeliest).map(({ id, value }) => ({
        token: model.vocabulary.token(id),
        probability: tokenProbability(model, value, softmax),
      })),
    ),
    layers: layerMeasures(positions),
    ...(edge && { edge }),
  };
}

/** h at every position, `positions × dimensions`. */
export async function hiddenOfText(
  loaded: LoadedModel,
  { inspected }: CutText,
  control: Control,
): Promise<Float32Array> {
  const { model } = loaded;
  const { positions } = await measureText(loaded, inspected, control);
  const { dimensions } = model.embedding;
  const rows = new Float32Array(positions.length * dimensions);
  positions.forEach(({ hidden }, i) => rows.set(hidden, i * dimensions));
  return rows;
}

/** The vocabulary of a model whose server lists the likeliest tokens. */
export const tokenNamesOf = ({ vocabulary }: Model): NamesOfTokens => ({
  token: (id) => vocabulary.token(id),
  size: vocabulary.length,
});

/**
 * Runs the layers over all ids, no more than the model reads, and measures every position; the neighbours of `tokens`
 * are found on the way.
 */
export async function measureText(
  { model, positions }: Pick<LoadedModel, 'model' | 'positions'>,
  ids: readonly number[],
  { signal, onProgress }: Control,
  count: number = defaults.top,
  tokens: readonly number[] = [],
) {
  const vectors = await runHidden(model, ids, {
    ...(signal && { signal }),
    onFraction: (fraction) => onProgress?.({ stage: 'run', fraction: fraction * layersShare }),
  });
  return positions.measure(model, ids, vectors, count, tokens, signal, (fraction) =>
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
export const layerMeasures = (positions: readonly Position[]): LayerMeasures =>
  byMeasure((measure) =>
    Array.from({ length: positions[0]?.[measure].length ?? 0 }, (_, layer) =>
      Float64Array.from(positions, (position) => position[measure][layer] as number),
    ),
  );

interface RanPosition {
  readonly positions: readonly Position[];
  readonly here: Position;
  readonly store: TrunkStore;
  /** The requested output token, or the likeliest. */
  readonly output: number;
}

/** Runs a text, if it was not run last, and measures the requested position. */
export const ranPosition: AboutText<Pushed & { readonly position: number }, RanPosition> = async (
  loaded,
  { inspected },
  question,
  control,
) => {
  const { model } = loaded;
  const { position } = question;
  checkPosition(position, inspected.length);
  checkPushed(model, question);
  const { positions } = await measureText(loaded, inspected, control);
  const here = positions[position] as Position;
  // A known text is not run again.
  const store = await model.trunk.run(inspected, { signal: control.signal });
  return { positions, here, store, output: question.output ?? (here.likeliest[0]?.id as number) };
};
