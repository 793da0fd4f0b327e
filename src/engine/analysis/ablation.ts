import type { Ablation, AblationQuestion, BeforeAfter } from '../../shared/ablation';
import { norm, row, type Vector } from '../arrays/vectors';
import { Comparison } from '../directions/ranking';
import { likeliestOf, rawLogit } from '../model/logits';
import type { Model } from '../model/model';
import { withAblated } from './ablatedModel';
import { FinalPrediction, Logits } from './divergence';
import { checkCount } from './limits';
import { probability, type AboutText } from './positions';
import { ranPosition } from './run';

/** What a position predicts with and without some parts of the layers. Nothing is kept. */
export const ablation: AboutText<AblationQuestion, Ablation> = async (loaded, text, question, control) => {
  const { position, count, against, ablated } = question;
  checkCount(count);
  const { model } = loaded;
  const { here, output } = await ranPosition(loaded, text, question, control);
  const after = await withAblated(model, text, ablated, control, async (changed) => {
    const { layers, dimensions } = changed.hyperparameters;
    // Nothing after the position reaches it.
    const seen = text.inspected.slice(0, position + 1);
    const store = await changed.trunk.run(seen, { signal: control.signal });
    return Float32Array.from(model.finalNorm(row(store.residuals(layers), position, dimensions)));
  });
  const first = await predicted(model, here.hidden, count);
  const second = await predicted(model, after, count);
  const likeliest = [...first.likeliest, ...second.likeliest].map(({ id }) => id);
  const tokens = new Set([...likeliest, output, ...(against === undefined ? [] : [against])]);
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
    divergence: new FinalPrediction(first.logits).divergence(second.logits),
    tokens: listed.sort((a, b) => b.logits[0] - a.logits[0] || a.token.id - b.token.id),
  };
};

type Side = Awaited<ReturnType<typeof predicted>>;

async function predicted(model: Model, hidden: Float32Array, count: number) {
  const { directions } = model;
  const [products] = (await directions.products([hidden])) as [Vector];
  const comparison = new Comparison(directions, directions.raw, hidden, products);
  return { ...likeliestOf(model, comparison, count), logits: new Logits(model, hidden, products) };
}
