import type { HeadCell, HeadGrid, HeadGridQuestion, LayerSources } from '../../shared/attention';
import { mixerOf, reachedShare } from '../architecture/hyperparameters';
import { dot, norm, row } from '../arrays/vectors';
import type { Model } from '../model/model';
import { pause } from '../tasks/pause';
import { readLayer } from '../trunk/heads';
import { firstVisible, scoresOf, type QueryAndKeys } from '../trunk/scores';
import type { TrunkStore } from '../trunk/trunk';
import { layerHeads, productsOf } from './layerHeads';
import type { AboutText } from './positions';
import { directionOf, pushedBy } from './push';
import { ranPosition } from './run';

/** What every head of every layer does at one position. Nothing is kept. */
export const headGrid: AboutText<HeadGridQuestion, HeadGrid> = async (loaded, text, question, control) => {
  const { model } = loaded;
  const { position, against } = question;
  const runner = model.needRunner();
  const { dimensions, layers } = runner.hyperparameters;
  const { store, output } = await ranPosition(loaded, text, question, control);
  const last = row(store.residuals(layers), position, dimensions);
  const seen = pushedBy(runner.norm, directionOf(model, { ...question, output }).row, last);

  const heads: HeadCell[][] = [];
  const biases = Array.from({ length: layers }, (): { size: number; push: number } | null => null);
  const sources = Array.from({ length: layers }, (): LayerSources | null => null);
  for (let layer = 0; layer < layers; layer++) {
    const slice = { from: position, to: position + 1 };
    if (mixerOf(runner.hyperparameters, layer) !== 'attention') {
      heads.push([]);
      sources[layer] = sourcesOf(model, layer, store, position, seen);
      await pause(control.signal);
      continue;
    }
    const found = layerHeads(model, layer, store, slice);
    const share = reachedShare(runner.hyperparameters, layer);
    const measured = (vector: Float64Array) => ({ size: norm(vector), push: share * dot(seen, vector) });
    heads.push(
      found.added.map((vector, head) => ({
        ...measured(vector),
        ...lookedAt(found.weights[head]?.[0] as Float64Array),
        ...byOtherRulers(found.scored(head, 0)),
      })),
    );
    if (found.bias) biases[layer] = measured(found.bias);
    await pause(control.signal);
  }
  return {
    position,
    output: model.vocabulary.token(output),
    against: against === undefined ? null : model.vocabulary.token(against),
    heads,
    ...(runner.hyperparameters.mixers && { sources }),
    biases: biases.some((bias) => bias !== null) ? biases : [],
  };
};

/** What a mixer that is no attention takes from each position, without a product for each. */
function sourcesOf(model: Model, layer: number, store: TrunkStore, position: number, seen: Float64Array): LayerSources {
  const products = productsOf(model, layer);
  const reading = readLayer(model.inFile, layer, store, { from: position, to: position + 1 }, products);
  const { output, parts } = reading.sources();
  const { factor, map } = output;
  // A bias comes from no position.
  const added = (reading.added.rows[0] as Float64Array).map((value, i) => value - factor * (map.bias?.[i] ?? 0));
  const [along, pushed] = [added, seen].map((vector) => products.byColumn(map, vector)) as [Float64Array, Float64Array];
  const squared = dot(added, added);
  const from = (vector: Float64Array) => {
    const of = new Float64Array(position + 1);
    of.set(
      parts.map((part) => factor * dot(part, vector)),
      position + 1 - parts.length,
    );
    return of;
  };
  return { share: from(along).map((value) => (squared === 0 ? 0 : value / squared)), push: from(pushed) };
}

function lookedAt(weights: Float64Array): Pick<HeadCell, 'first' | 'entropy' | 'most' | 'weight'> {
  let most = 0;
  let entropy = 0;
  weights.forEach((weight, position) => {
    if (weight > (weights[most] as number)) most = position;
    if (weight > 0) entropy -= weight * Math.log2(weight);
  });
  return {
    first: weights[0] as number,
    entropy: Math.max(0, entropy),
    most,
    weight: weights[most] as number,
  };
}

/** The visible keys that are nearest and best aligned; ties go to the lower position. */
function byOtherRulers(keys: QueryAndKeys): Pick<HeadCell, 'nearest' | 'aligned'> {
  const { distance, cosine } = scoresOf(keys);
  let nearest = firstVisible(keys.position, keys.step);
  let aligned = nearest;
  for (let other = nearest + 1; other <= keys.position; other++) {
    if ((distance[other] as number) < (distance[nearest] as number)) nearest = other;
    if ((cosine[other] as number) > (cosine[aligned] as number)) aligned = other;
  }
  return { nearest, aligned };
}
