import type { Neighbours, NeighboursRequest } from '../../shared/engine';
import { byMetric, type RankedToken } from '../../shared/tokens';
import { inSpace, type Space } from '../directions';
import type { Model } from '../model';
import { Comparison, rowIn } from '../ranking';
import { angle } from '../vectors';

/** One token's vector against the whole vocabulary, with every entry's place by the other metrics. */
export async function neighboursOf(model: Model, { id, count, centred }: NeighboursRequest): Promise<Neighbours> {
  const { directions } = model;
  const space = centred ? await directions.centred() : directions.raw;
  const query = inSpace(directions.matrix.row(id), space);
  const dots = await directions.dots(Float32Array.from(query), 1);
  const comparison = new Comparison(directions, space, query, dots);
  const describe = describer(model, comparison, space);
  return { query: model.vocabulary.token(id), centred, lists: byMetric((metric) => comparison.best(metric, Math.min(count, model.vocabulary.length)).map((entry) => describe(entry.id))) };
}

/** Describes tokens against one query; a token that stands in several lists is worked out once. */
export function describer(model: Model, comparison: Comparison, space: Space): (id: number) => RankedToken {
  const known = new Map<number, RankedToken>();
  return (id) => {
    let described = known.get(id);
    if (!described) {
      const { row, size } = rowIn(model.directions, space, id);
      described = { token: model.vocabulary.token(id), values: comparison.exact(id), angle: angle(comparison.query, row, comparison.size, size), ranks: comparison.ranks(id) };
      known.set(id, described);
    }
    return described;
  };
}
