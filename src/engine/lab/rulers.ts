import type { Agreement, OneLengthResult, RulersOptions, RulersResult } from '../../shared/lab';
import { byMetric, metrics, type ByMetric } from '../../shared/tokens';
import type { Found } from '../directions/directions';
import type { Model } from '../model/model';
import { compare, type Ranked, selectionMargin } from '../directions/ranking';
import { norm, type Vector } from '../tools/vectors';
import { agreement, meanAgreement } from './agreement';
import { checkToken, checkWhole, entry, type LabControl } from './experiment';
import { spread } from './samples';

type Lists = ByMetric<readonly Ranked[]>;

/** The three lists of one token and how far they agree, beside the same over a sample of the vocabulary. */
export const rulers = (model: Model, options: RulersOptions, control: LabControl): Promise<RulersResult> =>
  compareRulers(model, options, control, 0, (_, { ranked }) => ranked);

/** The same with all rows scaled to length one, where the three orders are one: ‖q − w‖² = 2 − 2 q·w. */
export async function oneLength(model: Model, options: RulersOptions, control: LabControl): Promise<OneLengthResult> {
  const result = await compareRulers(model, options, control, selectionMargin, (id, { ranked }) => {
    const query = unit(model.embedding.row(id));
    // On unit rows every order is that of the cosine, so its candidates serve for all.
    const rows = Array.from(ranked.cosine, ({ id: other }) => ({ other, row: unit(model.embedding.row(other)) }));
    return byMetric((metric) =>
      rows
        .map(({ other, row }) => ({ id: other, value: compare(metric, query, 1, row, 1) }))
        .sort((a, b) => (metric === 'euclidean' ? a.value - b.value : b.value - a.value) || a.id - b.id)
        .slice(0, options.k),
    );
  });
  const orders = metrics.map((metric) => result.lists[metric].map(({ id }) => id).join());
  return { ...result, identical: new Set(orders).size === 1 };
}

/** `spare` is how many rows are wanted beyond k. */
async function compareRulers(
  model: Model,
  { id, k, sample }: RulersOptions,
  { signal, tell }: LabControl,
  spare: number,
  listsOf: (id: number, found: Found) => Lists,
): Promise<RulersResult> {
  checkToken(model, id);
  checkWhole('list', k, 1, Math.min(1000, model.vocabulary.length));
  checkWhole('sample', sample, 0, model.vocabulary.length);
  const { inputs } = model;
  const find = (ids: readonly number[], onFraction?: (fraction: number) => void) =>
    inputs.search(
      ids.map((one) => model.embedding.row(one)),
      { count: k + spare, lists: metrics, signal, onFraction },
    );
  const agreed = (lists: Lists): Agreement => agreement(byMetric((metric) => lists[metric].map((one) => one.id)));

  const [own] = await find([id]);
  const lists = listsOf(id, own as Found);
  const ids = spread(model.vocabulary.length, sample);
  const found = ids.length > 0 ? await find(ids, (fraction) => tell(fraction)) : [];
  const token = model.vocabulary.token(id);
  return {
    token: { id, text: token.text, size: token.size },
    lists: byMetric((metric) => lists[metric].map((one) => entry(model, one.id, one.value))),
    ...agreed(lists),
    sample: { size: ids.length, ...meanAgreement(ids.map((other, i) => agreed(listsOf(other, found[i] as Found)))) },
  };
}

function unit(vector: Vector): Float64Array {
  const scale = 1 / (norm(vector) || 1);
  return Float64Array.from(vector, (value) => value * scale);
}
