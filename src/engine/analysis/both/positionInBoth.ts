import {
  bothOf,
  type Both,
  type PositionInBoth,
  type PositionInBothQuestion,
  type TokenInBoth,
  type LogitParts,
} from '../../../shared/both';
import type { Control, Signal } from '../../../shared/engine';
import { angle, norm, type Vector } from '../../arrays/vectors';
import { largestOf, selectionMargin } from '../../directions/ranking';
import { biasOf, rankAmong, rankLogits, rawLogits } from '../../model/logits';
import type { Model } from '../../model/model';
import { pause } from '../../tasks/pause';
import { Predictions } from './predictions';
import { runOneText, type RanText } from './ranText';

/** The factors of a raw logit: ‖h‖, ‖u‖, cos θ and the output bias. */
export interface Factors {
  readonly hiddenSize: number;
  readonly size: number;
  readonly cosine: number;
  readonly bias: number;
}

/**
 * The parts of the change of ‖h‖ · ‖u‖ · cos θ + bias. The mean over the six orders in which three factors are
 * exchanged gives each its change times the mean of the others' products: a third for both old and for both new, a
 * sixth for each that is mixed.
 */
export function logitPartsOf([a, b]: Both<Factors>): LogitParts {
  const part = (from: number, to: number, [x, y]: Both<number>, [newX, newY]: Both<number>) =>
    (to - from) * ((x * y + newX * newY) / 3 + (x * newY + newX * y) / 6);
  return {
    hiddenSize: part(a.hiddenSize, b.hiddenSize, [a.size, a.cosine], [b.size, b.cosine]),
    size: part(a.size, b.size, [a.hiddenSize, a.cosine], [b.hiddenSize, b.cosine]),
    angle: part(a.cosine, b.cosine, [a.hiddenSize, a.size], [b.hiddenSize, b.size]),
    bias: b.bias - a.bias,
  };
}

/** Of a token's raw logit in one of two models. `hidden`: its h. */
function factorsOf(model: Model, hidden: Float32Array, raw: number, id: number): Factors {
  const [hiddenSize, size, bias] = [norm(hidden), model.directions.sizes.of[id] as number, biasOf(model, id)];
  const length = hiddenSize * size;
  return { hiddenSize, size, cosine: length > 0 ? (raw - bias) / length : 0, bias };
}

/** What changes the raw logit of a token from one model to another, and by how much. */
export function logitBetween(
  models: Both<Model>,
  hidden: Both<Float32Array>,
  predictions: Predictions,
  id: number,
): { readonly change: number; readonly parts: LogitParts } {
  const raw = bothOf((side) => predictions.raw(side, id));
  return {
    change: raw[1] - raw[0],
    parts: logitPartsOf(bothOf((side) => factorsOf(models[side], hidden[side], raw[side], id))),
  };
}

/** The prediction after a position of a text that both models cut into these ids. The two have one vocabulary. */
export async function positionInBoth(
  models: Both<Model>,
  ids: readonly number[],
  question: PositionInBothQuestion,
  { signal }: Control,
): Promise<PositionInBoth> {
  const { position } = question;
  const texts = [await runOneText(models[0], ids, { signal }), await runOneText(models[1], ids, { signal })] as const;
  const hidden = bothOf((side) => texts[side].hidden(position));
  const own = (side: 0 | 1) => models[side].directions.dots([hidden[side]], signal);
  const products = [await own(0), await own(1)] as const;
  return describePosition(texts, question, products, new Predictions(models, hidden, products), signal);
}

/** Products that are looked through for the ranks of tokens between two pauses: they take some milliseconds. */
const productsBetweenPauses = 2 ** 22;

/** The same from products and predictions that are there. */
export async function describePosition(
  texts: Both<RanText>,
  { position, count }: PositionInBothQuestion,
  products: Both<Vector>,
  predictions: Predictions,
  signal: Signal | undefined,
): Promise<PositionInBoth> {
  const models = bothOf((side) => texts[side].model);
  const hidden = bothOf((side) => texts[side].hidden(position));
  const hiddenSize = bothOf((side) => norm(hidden[side]));
  const lists = bothOf((side) => likeliestOf(models[side], hidden[side], products[side], count));
  const ids = [...new Set(lists.flat())];
  const places = new Map(ids.map((id, place) => [id, place]));
  const rankOf = (side: 0 | 1, id: number): number => {
    const place = lists[side].indexOf(id);
    if (place >= 0) return place + 1;
    return rankAmong(models[side], { dots: products[side], size: hiddenSize[side], query: hidden[side] }, id);
  };
  const token = (id: number): TokenInBoth => {
    const both = bothOf((side) => factorsOf(models[side], hidden[side], predictions.raw(side, id), id));
    return {
      token: models[0].vocabulary.token(id),
      probability: bothOf((side) => Math.exp(predictions.logProbability(side, id))),
      rank: bothOf((side) => rankOf(side, id)),
      logit: bothOf((side) => predictions.raw(side, id)),
      size: bothOf((side) => both[side].size),
      cosine: bothOf((side) => both[side].cosine),
      parts: logitPartsOf(both),
    };
  };
  const tokens: TokenInBoth[] = [];
  const together = Math.ceil(productsBetweenPauses / products[0].length);
  for (const id of ids) {
    tokens.push(token(id));
    if (tokens.length % together === 0) await pause(signal);
  }
  const isAsWide = hidden[0].length === hidden[1].length;
  const [depth, other] = bothOf((side) => models[side].hyperparameters.layers);
  const residual = (side: 0 | 1, after: number) => texts[side].residual(after, position);
  return {
    position,
    divergence: predictions.divergence,
    entropy: predictions.entropy,
    hiddenSize,
    hiddenAngle: isAsWide ? angle(...hidden) : null,
    residualSize: bothOf((side) =>
      Float64Array.from({ length: models[side].hyperparameters.layers + 1 }, (_, after) => norm(residual(side, after))),
    ),
    residualAngle:
      isAsWide && depth === other
        ? Float64Array.from({ length: depth + 1 }, (_, after) => angle(residual(0, after), residual(1, after)))
        : null,
    tokens,
    likeliest: bothOf((side) => lists[side].map((id) => places.get(id) as number)),
  };
}

function likeliestOf(model: Model, hidden: Float32Array, products: Vector, count: number): number[] {
  const raw = rawLogits(model, products);
  const candidates = largestOf(raw, count + selectionMargin);
  return rankLogits(model, hidden, candidates, count).map(({ id }) => id);
}
