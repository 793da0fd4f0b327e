import { dot, type Vector } from '../arrays/vectors';
import { better, largest, type RowRanking, type Ranked, selectionMargin } from '../directions/ranking';
import { exactRows, softmaxOf, termsOf, type Softmax } from '../directions/softmax';
import { metricNumbers } from '../kernels/metrics';
import type { Model } from './model';

// A raw logit is the dot product h·u, + b if the model has an output bias, which changes the order.

export const biasOf = ({ directions }: Model, id: number): number => directions.bias?.[id] ?? 0;

/** Raw logit of one output, in float64. */
export const rawLogit = (model: Model, hidden: Vector, id: number): number =>
  dot(hidden, model.directions.matrix.row(id)) + biasOf(model, id);

/** Raw logits from the dot products with the output rows from `start` on. The same array if the model has no bias. */
export function rawLogits<T extends Float32Array | Float64Array>(
  { directions: { bias } }: Model,
  products: T,
  start = 0,
): T {
  return bias === null
    ? products
    : (products.map((product: number, i: number) => product + (bias[start + i] as number)) as T);
}

/** The first `count` candidates in the exact order of their raw logits. */
export const rankLogits = (model: Model, hidden: Vector, candidates: Iterable<number>, count: number): Ranked[] =>
  Array.from(candidates, (id) => ({ id, value: rawLogit(model, hidden, id) }))
    .sort((a, b) => better('dot', a, b))
    .slice(0, count);

/** 1-based place of an output by raw logit; ties go to the lower id. Rows in doubt by float32 are compared exactly. */
export const logitRank = (model: Model, comparison: RowRanking, id: number): number =>
  model.directions.bias ? rankAmong(model, comparison, id) : comparison.ranks(id).dot;

/** The same in one pass over the products, without the preparation that many ranks of one query share. */
export function rankAmong(
  model: Model,
  { dots, size, query }: Pick<RowRanking, 'dots' | 'size' | 'query'>,
  id: number,
): number {
  const { bias, sizes, doubt } = model.directions;
  const error = metricNumbers.dot.scoreError({ doubt, query: size, longest: sizes.largest, moved: false });
  const score = (other: number) => (dots[other] as number) + (bias === null ? 0 : (bias[other] as number));
  const own = score(id);
  const exact = { id, value: rawLogit(model, query, id) };
  let rank = 1;
  for (let other = 0; other < dots.length; other++) {
    const ahead = score(other) - own;
    if (ahead < -error || other === id) continue;
    if (ahead > error || better('logit', { id: other, value: rawLogit(model, query, other) }, exact) < 0) rank++;
  }
  return rank;
}

/** Raw logits after the model's cap, if it has one. */
export const capped = <T extends Float32Array | Float64Array>(model: Model, logits: T): T =>
  model.logitCap === undefined ? logits : (logits.map((logit: number) => model.capped(logit)) as T);

/** The `count` outputs with the largest raw logits, best first, and the softmax over all outputs. */
export function likeliestOf(
  model: Model,
  { dots, query }: RowRanking,
  count: number,
): { readonly likeliest: Ranked[]; readonly softmax: Softmax } {
  const raw = rawLogits(model, dots);
  const best = rankLogits(
    model,
    query,
    largest((id) => raw[id] as number, raw.length, count + selectionMargin),
    Infinity,
  );
  const seen = capped(model, raw);
  const known = best.slice(0, exactRows(count));
  const softmax = softmaxOf(
    seen.length,
    termsOf(seen),
    known.map(({ id }) => seen[id] as number),
    known.map(({ value }) => model.capped(value)),
  );
  return { likeliest: best.slice(0, count), softmax };
}
