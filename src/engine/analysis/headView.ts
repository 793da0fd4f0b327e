import { maxIndex } from 'd3-array';
import type {
  HeadSource,
  HeadView,
  HeadViewQuestion,
  PushedToken,
  HeadScores,
  ScoresQuestion,
} from '../../shared/attention';
import type { Control } from '../../shared/engine';
import { reachedShare } from '../architecture/hyperparameters';
import { angle, dot, norm, row, type Vector } from '../arrays/vectors';
import type { Ranked } from '../directions/ranking';
import type { Model } from '../model/model';
import type { FinalNorm } from '../trunk/finalNorm';
import { firstVisible, scoreByDistance, scoresOf, unrotatedScores } from '../trunk/scores';
import { checkHead, layerHeads, queryOfHead } from './layerHeads';
import { checkCount, checkPosition } from './limits';
import type { AboutText } from './positions';
import { directionOf, pushedBy } from './push';
import { ranPosition } from './run';

/** Distances of the curve of a score. */
const mostDistances = 8192;

/** Why one head looks where it does at one position. Nothing is kept. */
export const headScores: AboutText<ScoresQuestion, HeadScores> = async (
  { model },
  { inspected },
  question,
  control,
) => {
  const { layer, head, position, curve } = question;
  const { hyperparameters } = model.needRunner();
  checkHead(question, hyperparameters);
  checkPosition(position, inspected.length);
  if (typeof curve === 'number') checkPosition(curve, position + 1);
  const store = await model.trunk.run(inspected, { signal: control.signal });
  const { met, weights } = queryOfHead(model, { layer, head }, store, position);
  const { step, rotary } = met;
  const key = curve === 'most' ? maxIndex(weights) : curve;
  // A window hides keys that stand further back; one that it hides already is drawn up to where it stands.
  const farthest = (of: number) =>
    Math.min(hyperparameters.contextLength, mostDistances, Math.max(step.window, position - of + 1));
  return {
    layer,
    head,
    position,
    scale: step.scale,
    cap: step.cap ?? null,
    ...(step.sinks && { sink: step.sinks[head] as number }),
    firstVisible: firstVisible(position, step),
    rotates: rotary !== null,
    ...scoresOf(met),
    unrotated: unrotatedScores(met),
    weights,
    ...(key !== undefined && {
      curve: { key, scores: scoreByDistance(met, key, farthest(key)) },
    }),
  };
};

/** One head at one position: what it reads where, and what it does to the logits. Nothing is kept. */
export const headView: AboutText<HeadViewQuestion, HeadView> = async (loaded, text, question, control) => {
  const { model } = loaded;
  const { position, layer, head, against, count } = question;
  const { norm: finalNorm, hyperparameters } = model.needRunner();
  const { dimensions, layers } = hyperparameters;
  checkCount(count);
  checkHead({ layer, head }, hyperparameters);
  const { store, output } = await ranPosition(loaded, text, question, control);
  const slice = { from: position, to: position + 1 };
  const found = layerHeads(model, layer, store, slice);
  const added = found.added[head] as Float64Array;
  const weights = found.weights[head]?.[0] as Float64Array;
  const whole = sumOf(found.bias ? [...found.added, found.bias] : found.added);
  const attended = Array.from(weights.keys())
    .filter((other) => (weights[other] as number) > 0)
    .sort((a, b) => (weights[b] as number) - (weights[a] as number) || a - b)
    .slice(0, count);
  const sent = found.sent(head, attended);

  const direction = directionOf(model, { ...question, output });
  const last = row(store.residuals(layers), position, dimensions);
  const share = reachedShare(hyperparameters, layer);
  const seen = pushedBy(finalNorm, direction.row, last).map((value) => value * share);
  const entered = row(store.residuals(layer), position, dimensions);
  const middle = sumOf([entered, whole]);
  const parts = [added, ...attended.map((_, i) => row(sent, i, dimensions))];
  const { raised, lowered } = await extremesOf(model, finalNorm, parts, share * finalNorm.scale(last), count, control);
  const token = (id: number) => model.vocabulary.token(id);
  const pushed = ({ id, value }: Ranked): PushedToken => ({ token: token(id), push: value });
  return {
    layer,
    head,
    position,
    output: token(output),
    against: against === undefined ? null : token(against),
    weights,
    size: norm(added),
    attentionSize: norm(whole),
    push: dot(seen, added),
    angle: angle(finalNorm.ofPart(added), direction.row),
    turn: turned(finalNorm, middle, added, direction.row),
    raised: (raised[0] ?? []).map(pushed),
    lowered: lowered.map(pushed),
    sources: attended.map((other, i): HeadSource => {
      const vector = parts[i + 1] as Float64Array;
      return {
        position: other,
        weight: weights[other] as number,
        size: norm(vector),
        push: dot(seen, vector),
        raised: (raised[i + 1] ?? []).map(pushed),
      };
    }),
  };
};

/** Degrees by which a part of a residual turns its final norm towards a direction. */
function turned(finalNorm: FinalNorm, residual: Float64Array, part: Float64Array, towards: Vector): number {
  const without = residual.map((value, j) => value - (part[j] as number));
  return angle(finalNorm.of(without), towards) - angle(finalNorm.of(residual), towards);
}

/** The tokens whose logits each part raises most, and those that the first part lowers most. */
async function extremesOf(
  model: Model,
  finalNorm: FinalNorm,
  parts: readonly Float64Array[],
  scale: number,
  count: number,
  { signal }: Control,
) {
  const queries = parts.map((part) => finalNorm.ofPart(part).map((value) => value * scale));
  const opposite = (queries[0] as Float64Array).map((value) => -value);
  const found = await model.directions.search([...queries, opposite], { count, lists: ['dot'], signal });
  const lists = found.map(({ ranked }) => ranked.dot);
  const lowered = (lists.pop() ?? []).map(({ id, value }) => ({ id, value: -value }));
  return { raised: lists, lowered };
}

function sumOf(vectors: readonly Vector[]): Float64Array {
  const sum = new Float64Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) vector.forEach((value, j) => (sum[j] = (sum[j] as number) + value));
  return sum;
}
