import type { Ablation, AblationRequest, BeforeAfter } from '../../shared/ablation';
import type { Control } from '../../shared/engine';
import { Comparison } from '../directions/ranking';
import { logProbability } from '../directions/softmax';
import { capped, likeliestOf, rawLogit, rawLogits } from '../model/logits';
import type { Model } from '../model/model';
import { norm, row } from '../tools/vectors';
import { checkCount } from './limits';
import { probability, type PositionStore } from './positions';
import { ranPosition } from './ranPosition';
import { withParts } from './without';

/** What a position predicts with and without some parts of the layers. Nothing is kept. */
export async function ablation(
  model: Model,
  positions: PositionStore,
  request: AblationRequest,
  control: Control,
): Promise<Ablation> {
  const { position, count } = request;
  checkCount(count);
  const { ids, here, length, output } = await ranPosition(model, positions, request, control);
  const after = await withParts(model, request, control, async (changed) => {
    const { layers, dimensions } = changed.hyperparameters;
    // Nothing after the position reaches it.
    const seen = ids.slice(0, Math.min(length, position + 1));
    const store = await changed.trunk.run(seen, { signal: control.signal });
    return Float32Array.from(model.finalNorm(row(store.residuals(layers), position, dimensions)));
  });
  const hidden = [here.hidden, after] as const;
  const sides = [];
  for (const vector of hidden) sides.push(await predicted(model, vector, count));
  const [first, second] = sides as [Side, Side];
  const likeliest = [...first.likeliest, ...second.likeliest].map(({ id }) => id);
  const tokens = new Set([...likeliest, output, ...(request.against === undefined ? [] : [request.against])]);
  const both = <T>(of: (vector: Float32Array, side: Side) => T): [T, T] => [of(here.hidden, first), of(after, second)];
  const listed = Array.from(tokens, (id) => {
    const logits: BeforeAfter = both((vector) => rawLogit(model, vector, id));
    return {
      token: model.vocabulary.token(id),
      logits,
      probabilities: [
        probability(model, logits[0], first.softmax),
        probability(model, logits[1], second.softmax),
      ] as const,
    };
  });
  return {
    position,
    hiddenSize: both(norm),
    entropy: both((_, { softmax }) => softmax.entropy),
    divergence: divergence(first, second),
    tokens: listed.sort((a, b) => b.logits[0] - a.logits[0] || a.token.id - b.token.id),
  };
}

/** Rows that are compared in float64. */
const listedExactly = 256;

type Side = Awaited<ReturnType<typeof predicted>>;

async function predicted(model: Model, hidden: Float32Array, count: number) {
  const { directions } = model;
  const products = await directions.dots([hidden]);
  const comparison = new Comparison(directions, directions.raw, hidden, products);
  const { likeliest, softmax } = likeliestOf(model, comparison, Math.max(count, listedExactly));
  const logits = Float64Array.from(capped(model, rawLogits(model, products)));
  // Almost all of the probability lies on these, so float64 decides the divergence.
  for (const { id, value } of likeliest) logits[id] = model.capped(value);
  return { likeliest: likeliest.slice(0, count), softmax, logits };
}

/** KL(p ‖ q) = Σ p · log₂(p / q), bits. */
function divergence(p: Side, q: Side): number {
  let sum = 0;
  p.logits.forEach((logit, id) => {
    const own = logProbability(logit, p.softmax);
    sum += Math.exp(own) * (own - logProbability(q.logits[id] as number, q.softmax));
  });
  return Math.max(0, sum / Math.LN2);
}
