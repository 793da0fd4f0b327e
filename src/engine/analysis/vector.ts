import type { Control, Signal } from '../../shared/engine';
import { byMetric } from '../../shared/metrics';
import type { RankedToken } from '../../shared/tokens';
import type { OwnVector, VectorRequest } from '../../shared/vectors/vector';
import { angle, norm, type Vector } from '../arrays/vectors';
import { Comparison } from '../directions/ranking';
import { likeliestOf } from '../model/logits';
import { evaluate, parsed, placed, understand, type Understood } from './evaluate';
import { checkCount, checkId } from './limits';
import { describer } from './neighbours';
import { probability, type LoadedModel } from './positions';
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
export async function placedVector({ model }: LoadedModel, understood: Understood, centred: boolean) {
  const directions = understood.side === 'input' ? model.inputs : model.directions;
  const space = centred ? await directions.centred() : directions.raw;
  return { directions, space, vector: evaluate(model, understood, space) };
}

/** A vector among the rows of a matrix, beside its operands, and the prediction if it were h. */
export async function ownVector(
  loaded: LoadedModel,
  understood: Understood,
  { expression, centred, count, also = [] }: VectorRequest,
  signal?: Signal,
): Promise<OwnVector> {
  const { model } = loaded;
  checkCount(count);
  for (const id of also) checkId(model, id);
  const { directions, space, vector } = await placedVector(loaded, understood, centred);
  const [dots] = (await directions.products([vector], signal)) as [Vector];
  const comparison = new Comparison(directions, space, vector, dots);
  const describe = describer(model, comparison);
  const ranked = (id: number): RankedToken => {
    const one = describe(id);
    // Where one of the two is zero the cosine counts as 0.
    return Number.isNaN(one.angle) ? { ...one, angle: 90 } : one;
  };
  const { side } = understood;
  const ids = new Set(understood.operands.flatMap(({ id }) => id ?? []));
  return {
    expression,
    side,
    centred,
    size: comparison.size,
    operands: understood.operands.map((one) => {
      const own = placed(model, one, side, space);
      const between = angle(own, vector);
      return {
        span: one.node.span,
        name: one.name,
        ...(one.id !== undefined && { token: ranked(one.id) }),
        ...(one.layer !== undefined && { layer: one.layer }),
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
    ...(await predictedBy(loaded, understood, comparison, count, signal)),
  };
}

/** The prediction if the vector were h. Centred vectors are no h, so the plain one is taken. */
async function predictedBy(
  { model }: LoadedModel,
  understood: Understood,
  placedAs: Comparison,
  count: number,
  signal: Signal | undefined,
): Promise<Pick<OwnVector, 'predicted' | 'entropy'>> {
  const { directions } = model;
  let comparison = placedAs;
  if (placedAs.directions !== directions || placedAs.space !== directions.raw) {
    const vector = evaluate(model, understood, directions.raw);
    const [dots] = (await directions.products([vector], signal)) as [Vector];
    comparison = new Comparison(directions, directions.raw, vector, dots);
  }
  const { likeliest, softmax } = likeliestOf(model, comparison, count);
  return {
    predicted: likeliest.map(({ id, value }) => ({
      token: model.vocabulary.token(id),
      logit: value,
      probability: probability(model, value, softmax),
    })),
    entropy: softmax.entropy,
  };
}
