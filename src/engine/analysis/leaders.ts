import type { Signal } from '../../shared/engine';
import { lensSteps, type Leader, type Leaders, type LeadersQuestion, type LensStage } from '../../shared/layers';
import { norm, type Vector } from '../arrays/vectors';
import type { Ranked } from '../directions/ranking';
import type { Softmax } from '../directions/softmax';
import { rankAmong, rawLogit } from '../model/logits';
import type { Model } from '../model/model';
import { pause } from '../tasks/pause';
import { productsTogether, slicesOf } from './lensRows';
import { checkPosition } from './limits';
import { tokenProbability, type AboutText } from './positions';

/** Candidates beyond the first, as in the lens. */
const margin = 4;

/**
 * Every token that is the likeliest in some row of the lens at a position, with its probability and rank in all rows.
 * The rows pass through the vocabulary twice, since the tokens are known only after the last of them.
 */
export const leaders: AboutText<LeadersQuestion, Leaders> = async (
  { model },
  { inspected },
  { position, between = false },
  { signal },
) => {
  checkPosition(position, inspected.length);
  const { directions, vocabulary } = model;
  const rows = lensSteps(model.hyperparameters.layers, between);
  const queries = await hiddenRows(model, inspected, position, between, signal);

  const list = directions.bias ? 'logit' : 'dot';
  const predicted = await directions.search(queries, {
    count: 1,
    lists: [list],
    hidden: rows.length,
    margin,
    signal,
  });
  const found = new Map<number, Leader>();
  for (const { ranked } of predicted) {
    const { id } = ranked[list][0] as Ranked;
    if (!found.has(id))
      found.set(id, {
        token: vocabulary.token(id),
        probability: new Float64Array(rows.length),
        rank: new Int32Array(rows.length),
      });
  }

  const step = Math.max(1, Math.floor(productsTogether / directions.matrix.vocabulary));
  for (let first = 0; first < rows.length; first += step) {
    const batch = queries.slice(first, first + step);
    const products = await directions.products(batch, signal);
    for (const [i, query] of batch.entries()) {
      const comparison = { query, size: norm(query), dots: products[i] as Vector };
      const softmax = predicted[first + i]?.softmax as Softmax;
      for (const [id, leader] of found) {
        leader.probability[first + i] = tokenProbability(model, rawLogit(model, query, id), softmax);
        leader.rank[first + i] = rankAmong(model, comparison, id);
      }
      await pause(signal);
    }
  }
  return { position, rows, tokens: [...found.values()] };
};

/** The vectors that are compared with the output rows, one a row of the lens. */
async function hiddenRows(
  model: Model,
  ids: readonly number[],
  position: number,
  between: boolean,
  signal: Signal | undefined,
): Promise<readonly Float32Array[]> {
  const store = await model.trunk.run(ids, { signal });
  const rows = lensSteps(model.hyperparameters.layers, between);
  const hidden: Float32Array[] = rows.map(() => new Float32Array());
  const stages: readonly LensStage[] = between ? ['layer', 'attention'] : ['layer'];
  for (const stage of stages)
    for await (const slice of slicesOf(model, store, ids, stage, { from: position, to: position + 1 }, signal))
      rows.forEach(({ layer, after }, index) => {
        if (after === stage) hidden[index] = slice.hidden(layer, position);
      });
  return hidden;
}
