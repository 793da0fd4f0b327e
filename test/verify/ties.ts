import { rank, selectionMargin } from '../../src/engine/directions/ranking';
import { inSpace } from '../../src/engine/directions/space';
import type { Model } from '../../src/engine/model/model';
import type { Metric } from '../../src/shared/metrics';

export const ways = ['raw', 'centred', 'normed'] as const;
/** Where a token's vector is compared: as it is, less the mean row, or after the final norm. */
export type Way = (typeof ways)[number];

export interface Tie {
  readonly id: number;
  readonly own: number;
  /** Of the best other row. */
  readonly best: number;
}

/** Tokens that go through the rows together. */
const together = 256;
/** Relative. */
const tied = 1e-5;

/**
 * All tokens of which it hangs on rounding whether they come back: their own row and the best other one are a tie by a
 * metric. Equal rows are none: the lower id comes first.
 */
export async function tiesOf(model: Model, way: Way, metric: Metric, tell: (fraction: number) => void): Promise<Tie[]> {
  const { directions, embedding } = model;
  const { vocabulary } = directions.matrix;
  const space = way === 'centred' ? await directions.centred() : directions.raw;
  const ties: Tie[] = [];
  for (let first = 0; first < vocabulary; first += together) {
    const ids = Array.from({ length: Math.min(together, vocabulary - first) }, (_, i) => first + i);
    const queries = ids.map((id) =>
      Float32Array.from(way === 'normed' ? model.finalNorm(embedding.row(id)) : inSpace(embedding.row(id), space)),
    );
    const found = await directions.search(queries, { count: 2 + selectionMargin, lists: [metric], space });
    ids.forEach((id, i) => {
      const query = queries[i] as Float32Array;
      const [own] = rank(directions, space, metric, query, [id], 1);
      const [best] = rank(
        directions,
        space,
        metric,
        query,
        (found[i]?.ranked[metric] ?? []).map((other) => other.id).filter((other) => other !== id),
        1,
      );
      if (
        own &&
        best &&
        own.value !== best.value &&
        Math.abs(own.value - best.value) <= tied * Math.max(Math.abs(own.value), Math.abs(best.value))
      )
        ties.push({ id, own: own.value, best: best.value });
    });
    tell((first + ids.length) / vocabulary);
  }
  return ties;
}
