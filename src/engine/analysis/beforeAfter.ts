import type { Ablation, BeforeAfter } from '../../shared/ablation';
import { norm, type Vector } from '../arrays/vectors';
import { RowRanking } from '../directions/ranking';
import { likeliestOf, rawLogit } from '../model/logits';
import type { Model } from '../model/model';
import { FinalPrediction, Logits } from './divergence';
import { tokenProbability } from './positions';

/** h at a position in two runs, and the tokens whose logits are wanted in any case. */
interface TwoRuns {
  readonly position: number;
  readonly before: Float32Array;
  readonly after: Float32Array;
  readonly count: number;
  readonly also: readonly (number | undefined)[];
}

/** The predictions of one position in two runs. */
export async function beforeAfter(model: Model, { position, before, after, count, also }: TwoRuns): Promise<Ablation> {
  const first = await predicted(model, before, count);
  const second = await predicted(model, after, count);
  const likeliest = [...first.likeliest, ...second.likeliest].map(({ id }) => id);
  const tokens = new Set([...likeliest, ...also.filter((id) => id !== undefined)]);
  const both = <T>(of: (vector: Float32Array, side: Predicted) => T): [T, T] => [of(before, first), of(after, second)];
  const listed = Array.from(tokens, (id) => {
    const logits: BeforeAfter = both((vector) => rawLogit(model, vector, id));
    return {
      token: model.vocabulary.token(id),
      logits,
      probabilities: [
        tokenProbability(model, logits[0], first.softmax),
        tokenProbability(model, logits[1], second.softmax),
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
}

type Predicted = Awaited<ReturnType<typeof predicted>>;

/** What h predicts: its `count` likeliest tokens and all of its logits. */
export async function predicted(model: Model, hidden: Float32Array, count: number) {
  const { directions } = model;
  const [products] = (await directions.products([hidden])) as [Vector];
  const comparison = new RowRanking(directions, directions.raw, hidden, products);
  return { ...likeliestOf(model, comparison, count), logits: new Logits(model, hidden, products) };
}
