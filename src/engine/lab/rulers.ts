import { rangesOf, type Agreement, type OneLengthResult, type RulersResult } from '../../shared/lab';
import { byMetric, metrics, type ByMetric } from '../../shared/metrics';
import { said } from '../../shared/said';
import { norm, type Vector } from '../arrays/vectors';
import type { FoundRows } from '../directions/directions';
import { better, metricBetween, type Ranked, selectionMargin } from '../directions/ranking';
import { pause } from '../tasks/pause';
import { agreement, meanAgreement } from './agreement';
import { checkNumber, checkToken, entry, type Trial } from './experiment';
import { evenlySpaced, interleaved } from './samples';

type Lists = ByMetric<readonly Ranked[]>;

/** The lists of one token by the three metrics, and how far they agree: for this token and over a sample. */
export const rulers = (trial: Trial<'rulers'>): Promise<RulersResult> =>
  compareRulers(trial, 0, (_, { ranked }) => ranked);

/** The same with all rows scaled to length one. There the three orders are equal: ‖q − w‖² = 2 − 2 q·w. */
export async function oneLength(trial: Trial<'one-length'>): Promise<OneLengthResult> {
  const { model, options, report } = trial;
  const judged = (result: RulersResult): OneLengthResult => {
    const orders = metrics.map((metric) => result.lists[metric].map(({ id }) => id).join());
    return { ...result, identical: new Set(orders).size === 1 };
  };
  const judging: Trial<'rulers'> = {
    ...trial,
    report: (fraction, estimate) => report(fraction, estimate && judged(estimate)),
  };
  const result = await compareRulers(judging, selectionMargin, (id, { ranked }) => {
    const query = unit(model.embedding.row(id));
    // On unit rows every metric orders as the cosine does, so its candidates serve for all.
    const rows = Array.from(ranked.cosine, ({ id: other }) => ({ other, row: unit(model.embedding.row(other)) }));
    return byMetric((metric) =>
      rows
        .map(({ other, row }) => ({ id: other, value: metricBetween(metric, query, 1, row, 1) }))
        .sort((a, b) => better(metric, a, b))
        .slice(0, options.k),
    );
  });
  return judged(result);
}

/** Sampled tokens of one search. */
const batch = 64;

/** Searches for `spare` more rows than k. */
async function compareRulers(
  { model, options: { id, k, sample }, signal, report }: Trial<'rulers'>,
  spare: number,
  listsOf: (id: number, found: FoundRows) => Lists,
): Promise<RulersResult> {
  checkToken(model, id);
  const ranges = rangesOf('rulers');
  checkNumber(said`list`, k, { ...ranges.k, most: Math.min(ranges.k.most, model.vocabulary.length) });
  checkNumber(said`sample`, sample, { ...ranges.sample, most: model.vocabulary.length });
  const { inputs } = model;
  const find = (ids: readonly number[]) =>
    inputs.search(
      ids.map((one) => model.embedding.row(one)),
      { count: k + spare, lists: metrics, signal },
    );
  const agreed = (lists: Lists): Agreement => agreement(byMetric((metric) => lists[metric].map((one) => one.id)));

  const [own] = await find([id]);
  const lists = listsOf(id, own as FoundRows);
  const token = model.vocabulary.token(id);
  const ids = interleaved(evenlySpaced(model.vocabulary.length, sample));
  const agreements = new Map<number, Agreement>();
  const ofToken = {
    token: { id, text: token.text, size: token.size },
    lists: byMetric((metric) => lists[metric].map((one) => entry(model, one.id, one.value))),
    ...agreed(lists),
  };
  const result = (tried: readonly Agreement[]): RulersResult => ({
    ...ofToken,
    sample: { size: tried.length, ...meanAgreement(tried) },
  });
  while (agreements.size < ids.length) {
    const here = ids.slice(agreements.size, agreements.size + batch);
    const found = await find(here);
    here.forEach((other, i) => agreements.set(other, agreed(listsOf(other, found[i] as FoundRows))));
    report(agreements.size / ids.length, result([...agreements.values()]));
    await pause(signal);
  }
  // The order of a sum decides its last bits.
  return result([...agreements].sort(([a], [b]) => a - b).map(([, one]) => one));
}

function unit(vector: Vector): Float64Array {
  const scale = 1 / (norm(vector) || 1);
  return Float64Array.from(vector, (value) => value * scale);
}
