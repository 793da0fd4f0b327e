import type { Control, Signal } from '../../shared/engine';
import { byMetric } from '../../shared/metrics';
import type { RankedToken } from '../../shared/tokens';
import type { OwnVector, VectorRequest } from '../../shared/vectors/vector';
import { angle, norm, type Vector } from '../arrays/vectors';
import type { Directions } from '../directions/directions';
import { RowRanking } from '../directions/ranking';
import type { Space } from '../directions/space';
import { likeliestOf } from '../model/logits';
import type { Model } from '../model/model';
import { evaluate, parsed, operandIn, understand, type Understood } from './evaluate';
import { checkCount, checkId } from './limits';
import { describer } from './neighbours';
import { tokenProbability, type LoadedModel } from './positions';
import type { CutText } from './tokenise';

/** The vector of an expression as the residual would take it: nothing is taken off. Throws as `ownVector` does. */
export async function plainVector(
  loaded: LoadedModel,
  text: CutText,
  expression: string,
  position: number,
  control: Control,
): Promise<Float64Array> {
  const { model } = loaded;
  return evaluate(model, await understand(loaded, parsed(expression), { text, position }, control), { origin: null });
}

/** A vector in the space of the rows that it is compared with. */
export async function placedVector(model: Model, understood: Understood, centred: boolean) {
  const directions = understood.side === 'input' ? model.inputs : model.directions;
  const space = centred ? await directions.centred() : directions.raw;
  return { directions, space, vector: evaluate(model, understood, space) };
}

/** A vector among the rows of a matrix, beside its operands, and the prediction if it were h. */
export async function ownVector(
  model: Model,
  understood: Understood,
  { expression, centred, count, also = [] }: VectorRequest,
  signal?: Signal,
): Promise<OwnVector> {
  checkCount(count);
  for (const id of also) checkId(model, id);
  const compared = async (directions: Directions, space: Space, vector: Vector) => {
    const [dots] = (await directions.products([vector], signal)) as [Vector];
    return new RowRanking(directions, space, vector, dots);
  };
  const { directions, space, vector } = await placedVector(model, understood, centred);
  const comparison = await compared(directions, space, vector);
  const describe = describer(model, comparison);
  // Where one of the two is zero the cosine counts as 0.
  const ranked = (id: number): RankedToken => {
    const token = describe(id);
    return Number.isNaN(token.angle) ? { ...token, angle: 90 } : token;
  };
  const ids = new Set(understood.operands.flatMap(({ id }) => id ?? []));
  // A centred vector is no h.
  const { raw } = model.directions;
  const asHidden =
    directions === model.directions && space === raw
      ? comparison
      : await compared(model.directions, raw, evaluate(model, understood, raw));
  const { likeliest, softmax } = likeliestOf(model, asHidden, count);
  return {
    expression,
    side: understood.side,
    centred,
    size: comparison.size,
    operands: understood.operands.map(({ node: { span }, name, id, layer, ...row }) => {
      const own = operandIn(model, row, understood.side, space);
      const between = angle(own, vector);
      return {
        span,
        name,
        ...(id !== undefined && { token: ranked(id) }),
        ...(layer !== undefined && { layer }),
        size: norm(own),
        ...(!Number.isNaN(between) && { angle: between }),
      };
    }),
    lists: byMetric((metric) => {
      let others = 0;
      return comparison
        .best(metric, Math.min(count + ids.size, model.vocabulary.length))
        .filter(({ id }) => (ids.has(id) ? others < count : others++ < count))
        .map(({ id }) => ranked(id));
    }),
    also: also.map(ranked),
    predicted: likeliest.map(({ id, value }) => ({
      token: model.vocabulary.token(id),
      logit: value,
      probability: tokenProbability(model, value, softmax),
    })),
    entropy: softmax.entropy,
  };
}
