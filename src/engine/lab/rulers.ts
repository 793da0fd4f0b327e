import { rangesOf, type Agreement, type OneLengthResult, type RulersResult } from '../../shared/lab';
import { byMetric, metrics, type ByMetric } from '../../shared/metrics';
import type { Found } from '../directions/directions';
import { better, compare, type Ranked, selectionMargin } from '../directions/ranking';
import { norm, type Vector } from '../tools/vectors';
import { agreement, meanAgreement } from './agreement';
import { checkNumber, checkToken, entry, type Trial } from './experiment';
import { evenlySpaced } from './samples';

type Lists = ByMetric<readonly Ranked[]>;

/** The lists of one token by the three metrics, and how far they agree: for this token and over a sample. */
export const rulers = (trial: Trial<'rulers'>): Promise<RulersResult> =>
  compareRulers(trial, 0, (_, { ranked }) => ranked);

/** The same with all rows scaled to length one. There the three orders are equal: ‖q − w‖² = 2 − 2 q·w. */
export async function oneLength(trial: Trial<'one-length'>): Promise<OneLengthResult> {
  const { model, options } = trial;
  const result = await compareRulers(trial, selectionMargin, (id, { ranked }) => {
    const query = unit(model.embedding.row(id));
    // On unit rows every metric orders as the cosine does, so its candidates serve for all.
    const rows = Array.from(ranked.cosine, ({ id: other }) => ({ other, row: unit(model.embedding.row(other)) }));
    return byMetric((metric) =>
      rows
        .map(({ other, row }) => ({ id: other, value: compare(metric, query, 1, row, 1) }))
        .sort((a, b) => better(metric, a, b))
        .slice(0, options.k),
    );
  });
  const orders = metrics.map((metric) => result.lists[metric].map(({ id }) => id).join());
  return { ...result, identical: new Set(orders).size === 1 };
}

/** Searches for `spare` more rows than k. */
async function compareRulers(
  {
    model,
    options: { id, k, sample },
    signal,
    report,
  }: Pick<Trial<'rulers'>, 'model' | 'options' | 'signal'> & { readonly report: (fraction: number) => void },
  spare: number,
  listsOf: (id: number, found: Found) => Lists,
): Promise<RulersResult> {
  checkToken(model, id);
  const ranges = rangesOf('rulers');
  checkNumber('list', k, { ...ranges.k, most: Math.min(ranges.k.most, model.vocabulary.length) });
  checkNumber('sample', sample, { ...ranges.sample, most: model.vocabulary.length });
  const { inputs } = model;
  const find = (ids: readonly number[], onFraction?: (fraction: number) => void) =>
    inputs.search(
      ids.map((one) => model.embedding.row(one)),
      { count: k + spare, lists: metrics, signal, onFraction },
    );
  const agreed = (lists: Lists): Agreement => agreement(byMetric((metric) => lists[metric].map((one) => one.id)));

  const [own] = await find([id]);
  const lists = listsOf(id, own as Found);
  const ids = evenlySpaced(model.vocabulary.length, sample);
  const found = ids.length > 0 ? await find(ids, (fraction) => report(fraction)) : [];
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
