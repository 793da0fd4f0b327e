import { byClarity, mostExamples, partingOf, type Candidate, type Contrast } from '../../shared/contrasts';
import type { Contrasts, Firsts, NamedContrast } from '../../shared/contrasts';
import { defaults, type Control } from '../../shared/engine';
import type { Vector } from '../arrays/vectors';
import { RowRanking, metricBetween, type Ranked } from '../directions/ranking';
import { biasOf, likeliestOf, logitRank, rawLogit } from '../model/logits';
import type { Model } from '../model/model';
import { pause } from '../tasks/pause';
import { whyAgreed } from './agreement';
import { describer } from './neighbours';
import { tokenProbability, type LoadedModel, type Position } from './positions';
import { predictionDescriber } from './prediction';
import { measureText } from './run';
import type { CutText } from './tokenise';

/**
 * Where the metrics name different tokens. The run already searched the output matrix for every position, so only the
 * examples go through it again, for their exact ranks.
 */
export async function contrasts(
  loaded: LoadedModel,
  { inspected, contextCount }: CutText,
  control: Control,
): Promise<Contrasts> {
  const { model } = loaded;
  const { positions } = await measureText(loaded, inspected, control);
  const firsts = positions.map((position, index) => firstsOf(model, position, index, inspected[index] as number));
  const partings = firsts.map(partingOf);
  const ordered = byClarity(firsts.slice(contextCount));
  // At the first position the model has seen nothing yet: nearly every text gives the same example there.
  const informed = ordered.filter(({ position }) => position > 0);
  const chosen = (informed.length > 0 ? informed : ordered).slice(0, mostExamples);
  if (chosen.length === 0)
    return { partings, kind: 'agree', reason: whyAgreed(model, positions.slice(contextCount), contextCount) };

  const { directions, vocabulary } = model;
  const hidden = chosen.map(({ position }) => (positions[position] as Position).hidden);
  const products = await directions.products(hidden, control.signal);
  const examples: Contrast[] = [];
  for (const [i, { position, parting, predicted, nearest, aligned }] of chosen.entries()) {
    const query = hidden[i] as Float32Array;
    const comparison = new RowRanking(directions, directions.raw, query, products[i] as Vector);
    const candidate = candidateDescriber(model, comparison);
    examples.push({
      position,
      after: vocabulary.token(inspected[position] as number),
      parting,
      hiddenSize: comparison.size,
      predicted: candidate(predicted.token.id),
      nearest: candidate(nearest.token.id),
      aligned: candidate(aligned.token.id),
    });
    await pause(control.signal);
  }
  return { partings, kind: 'part', examples: strongestFirst(chosen, examples) };
}

/** The same examples in the order of `byClarity`, now that the prediction's places are exact. */
function strongestFirst(chosen: readonly Firsts[], examples: readonly Contrast[]): readonly Contrast[] {
  const placeOf = new Map(examples.map(({ position, predicted: { ranks } }) => [position, ranks]));
  const exact = chosen.map((firsts) => {
    const { euclidean = 1, cosine = 1 } = placeOf.get(firsts.position) ?? {};
    return { ...firsts, ranks: { distance: euclidean, angle: cosine } };
  });
  const order = new Map(byClarity(exact).map(({ position }, index) => [position, index]));
  return examples.toSorted((a, b) => (order.get(a.position) ?? 0) - (order.get(b.position) ?? 0));
}

/** 1-based place in a list; one more than its length if the token is not in it. */
function placeIn(list: readonly Ranked[], id: number): number {
  const index = list.findIndex((one) => one.id === id);
  return index < 0 ? list.length + 1 : index + 1;
}

/** The first token by each metric, with its values by the others. */
function firstsOf(model: Model, position: Position, index: number, after: number): Firsts {
  const { hidden, hiddenSize, likeliest, nearest, softmax } = position;
  const { matrix, sizes } = model.directions;
  const named = new Map<number, NamedContrast>();
  const predictedId = (likeliest[0] as Ranked).id;
  const first = (list: readonly Ranked[]): NamedContrast => {
    const { id } = list[0] as Ranked;
    let known = named.get(id);
    if (!known) {
      const [row, size] = [matrix.row(id), sizes.of[id] as number];
      const value = (metric: 'euclidean' | 'cosine' | 'dot') => metricBetween(metric, hidden, hiddenSize, row, size);
      const logit = value('dot') + biasOf(model, id);
      known = {
        token: model.vocabulary.token(id),
        distance: value('euclidean'),
        cosine: value('cosine'),
        rawLogit: logit,
        probability: tokenProbability(model, logit, softmax),
      };
      named.set(id, known);
    }
    return known;
  };
  return {
    position: index,
    after: model.vocabulary.token(after),
    predicted: first(likeliest),
    nearest: first(nearest.euclidean),
    aligned: first(nearest.cosine),
    ranks: {
      distance: placeIn(nearest.euclidean, predictedId),
      angle: placeIn(nearest.cosine, predictedId),
    },
  };
}

/** Describes a token as `predict` does, and once only. */
function candidateDescriber(model: Model, comparison: RowRanking): (id: number) => Candidate {
  const { softmax } = likeliestOf(model, comparison, defaults.top);
  const describe = predictionDescriber(model, describer(model, comparison), softmax);
  const known = new Map<number, Candidate>();
  return (id) => {
    let made = known.get(id);
    if (!made) {
      made = {
        ...describe({ id, value: rawLogit(model, comparison.query, id) }),
        logitRank: logitRank(model, comparison, id),
      };
      known.set(id, made);
    }
    return made;
  };
}
