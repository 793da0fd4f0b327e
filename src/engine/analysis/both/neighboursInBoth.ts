import { bothOf, type Both, type NeighboursInBoth, type NeighboursInBothRequest } from '../../../shared/both';
import type { Control } from '../../../shared/engine';
import { byMetric } from '../../../shared/metrics';
import type { Model } from '../../model/model';
import { checkCount } from '../limits';
import { neighboursOf } from '../neighbours';
import { rowInBoth } from './rowsInBoth';

/** A token's neighbours in two models with the same vocabulary. */
export async function neighboursInBoth(
  models: Both<Model>,
  { id, matrix, count }: NeighboursInBothRequest,
  { signal }: Control,
): Promise<NeighboursInBoth> {
  checkCount(count);
  const row = rowInBoth(models, id, { matrix });
  const request = { id, count, centred: false, space: matrix };
  const found = [
    await neighboursOf(models[0], request, signal),
    await neighboursOf(models[1], request, signal),
  ] as const;
  const lists = byMetric((metric) => bothOf((side) => found[side].lists[metric]));
  return {
    matrix,
    row,
    lists,
    shared: byMetric((metric) => {
      const ids = new Set(lists[metric][0].map(({ token }) => token.id));
      return lists[metric][1].filter(({ token }) => ids.has(token.id)).length;
    }),
  };
}
