import type { Model } from './model';
import { better, largest, type Comparison, type Ranked } from './ranking';
import { selectionMargin } from './selectionMargin';
import { dot, type Vector } from './vectors';

// A raw logit is the product h·u, + b where the model has an output bias. Order by logit and order by product differ there.

/** b of an output; 0 where the model has none. */
export const biasOf = ({ directions }: Model, id: number): number => directions.bias?.[id] ?? 0;

/** Raw logit of one output, in float64. */
export const rawLogit = (model: Model, hidden: Vector, id: number): number => dot(hidden, model.directions.matrix.row(id)) + biasOf(model, id);

/** Raw logits from products with the output rows from `start` on; the same array where the model has no bias. */
export function rawLogits<T extends Float32Array | Float64Array>({ directions: { bias } }: Model, products: T, start = 0): T {
  return bias === null ? products : (products.map((product: number, i: number) => product + (bias[start + i] as number)) as T);
}

/** Candidates in the exact order of their raw logits, the first `count` of them. */
export const rankLogits = (model: Model, hidden: Vector, candidates: Iterable<number>, count: number): Ranked[] =>
  Array.from(candidates, (id) => ({ id, value: rawLogit(model, hidden, id) }))
    .sort((a, b) => better('dot', a, b))
    .slice(0, count);

/** The `count` outputs with the largest raw logits, best first, of a comparison with the output rows as they are stored. */
export function bestLogits(model: Model, comparison: Comparison, count: number): Ranked[] {
  const { bias } = model.directions;
  if (bias === null) return comparison.best('dot', count);
  const { dots, query } = comparison;
  return rankLogits(model, query, largest((id) => (dots[id] as number) + (bias[id] as number), dots.length, count + selectionMargin), count);
}
