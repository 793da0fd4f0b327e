import type { HeadCell, HeadGrid, HeadGridQuestion } from '../../shared/attention';
import { mixerOf } from '../architecture/hyperparameters';
import { dot, norm, row } from '../arrays/vectors';
import { pause } from '../tasks/pause';
import { firstVisible, scoresOf, type QueryAndKeys } from '../trunk/scores';
import { layerHeads } from './layerHeads';
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
  const biases: { size: number; push: number }[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const slice = { from: position, to: position + 1 };
    if (mixerOf(runner.hyperparameters, layer) !== 'attention') {
      heads.push([]);
      continue;
    }
    const found = layerHeads(model, layer, store, slice);
    const measured = (vector: Float64Array) => ({ size: norm(vector), push: dot(seen, vector) });
    heads.push(
      found.added.map((vector, head) => ({
        ...measured(vector),
        ...lookedAt(found.weights[head]?.[0] as Float64Array),
        ...byOtherRulers(found.scored(head, 0)),
      })),
    );
    if (found.bias) biases.push(measured(found.bias));
    await pause(control.signal);
  }
  return {
    position,
    output: model.vocabulary.token(output),
    against: against === undefined ? null : model.vocabulary.token(against),
    heads,
    biases,
  };
};

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
