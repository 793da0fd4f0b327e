import type { Neighbours, NeighboursRequest, Signal } from '../../shared/engine';
import { byMetric } from '../../shared/metrics';
import type { NeighbourSpace } from '../../shared/sides';
import type { RankedToken } from '../../shared/tokens';
import { angle, type Vector } from '../arrays/vectors';
import type { Directions } from '../directions/directions';
import { RowRanking, rowIn, rowAsQuery } from '../directions/ranking';
import type { Model } from '../model/model';
import type { EmbeddingMatrix } from '../weights/embedding';

/** One token's vector against the whole vocabulary, with every entry's place by the other metrics. */
export async function neighboursOf(
  model: Model,
  { id, count, centred, space: between, against }: NeighboursRequest,
  signal?: Signal,
): Promise<Neighbours> {
  const { directions, queries } = sidesOf(model, between);
  const space = centred ? await directions.centred() : directions.raw;
  const query = rowAsQuery(directions, space, queries, id);
  const [dots] = (await directions.products([query], signal)) as [Vector];
  const comparison = new RowRanking(directions, space, query, dots);
  const describe = describer(model, comparison);
  return {
    query: model.vocabulary.token(id),
    ...(between && { space: between }),
    centred,
    lists: byMetric((metric) =>
      comparison.best(metric, Math.min(count, model.vocabulary.length)).map((entry) => describe(entry.id)),
    ),
    ...(against !== undefined && { against: describe(against) }),
  };
}

/** The rows that are searched, and the matrix whose rows are looked for among them. */
export function sidesOf(
  model: Model,
  between: NeighbourSpace = 'input',
): { readonly directions: Directions; readonly queries: EmbeddingMatrix } {
  return {
    directions: between === 'input' ? model.inputs : model.directions,
    queries: between === 'output' ? model.directions.matrix : model.embedding,
  };
}

/** A query in its space, among whose rows its neighbours are. `size` is its ‖·‖. */
export type RowQuery = Pick<RowRanking, 'directions' | 'space' | 'query' | 'size'>;

/** The numbers of a row as a neighbour of a query, but for the values by which it is ranked. */
export function measured({ directions, space, query, size }: RowQuery, id: number) {
  const { row, size: own } = rowIn(directions, space, id);
  return { angle: angle(query, row, size, own) };
}

export function describer(model: Model, comparison: RowRanking): (id: number) => RankedToken {
  const known = new Map<number, RankedToken>();
  return (id) => {
    let described = known.get(id);
    if (!described) {
      described = {
        token: model.vocabulary.token(id),
        values: comparison.exact(id),
        ...measured(comparison, id),
        ranks: comparison.ranks(id),
      };
      known.set(id, described);
    }
    return described;
  };
}
