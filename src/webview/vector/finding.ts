import * as l10n from '@vscode/l10n';
import { byMetric, metrics, type Metric } from '../../shared/metrics';
import type { PanelState } from '../../shared/panel';
import type { RankedToken } from '../../shared/tokens';
import { listedInWords } from '../../shared/translator';
import { type OwnVector, rankWithout } from '../../shared/vectors/vector';
import { metricName, metricWords } from '../parts/metrics';
import { ordinal } from '../parts/numbers';
import { words, type Words } from '../parts/words';

/** The tokens of its operands. */
export const operandIds = ({ operands }: OwnVector): readonly number[] =>
  operands.flatMap(({ token }) => (token ? [token.token.id] : []));

/** The vector with its operands left out of the lists: the others move up. */
export function withoutOperands(vector: OwnVector): OwnVector {
  const own = operandIds(vector);
  const moved = (entry: RankedToken): RankedToken =>
    own.includes(entry.token.id)
      ? entry
      : { ...entry, ranks: byMetric((metric) => rankWithout(entry, vector, metric)) };
  return {
    ...vector,
    lists: byMetric((metric) => vector.lists[metric].filter(({ token }) => !own.includes(token.id)).map(moved)),
    also: vector.also.map(moved),
  };
}

/** The lists as they are drawn: as many tokens in each, with the operands or without them. */
export function drawnLists(vector: OwnVector, isWithout: boolean): OwnVector {
  const without = withoutOperands(vector);
  if (isWithout) return without;
  return {
    ...vector,
    lists: byMetric((metric) => vector.lists[metric].slice(0, without.lists[metric].length)),
  };
}

/** What stands first by a metric, and what does once the operands are left out. */
function nearest(vector: OwnVector, metric: Metric): { readonly key: string; readonly said: Words } | null {
  const own = operandIds(vector);
  const [first] = vector.lists[metric];
  const other = vector.lists[metric].find(({ token }) => !own.includes(token.id));
  if (!first) return null;
  const key = `${first.token.id} ${other?.token.id}`;
  if (first === other) return { key, said: [first.token] };
  if (!other) return { key, said: words(l10n.t('{0} itself'), first.token) };
  return { key, said: words(l10n.t('{0} itself; without operands {1} is nearest'), first.token, other.token) };
}

/** The nearest token by each metric, the chosen one first. Metrics that agree are named together. */
export function vectorFinding({ vector, options }: Pick<PanelState, 'vector' | 'options'>): Words {
  const result = vector?.result;
  if (!result) return [];
  if (!(result.size > 0)) return [l10n.t('The operands cancel out: this vector has size 0 and no direction')];
  const groups = new Map<string, { readonly said: Words; readonly by: Metric[] }>();
  for (const metric of [options.metric, ...metrics.filter((other) => other !== options.metric)]) {
    const found = nearest(result, metric);
    if (!found) continue;
    const group = groups.get(found.key) ?? { said: found.said, by: [] };
    group.by.push(metric);
    groups.set(found.key, group);
  }
  return [...groups.values()]
    .map(({ said, by }) => words(l10n.t('By {0} the nearest is {1}'), listedInWords(by.map(metricName), l10n), said))
    .reduce((all, one) => words(l10n.t('{0}. {1}'), all, one));
}

/** A token that stands behind this place by every metric has nothing to do with the vector. */
const farthest = 1000;

/** Where a token stands by each metric: `fifth by distance, first by cosine …`. Empty if it is far behind by all. */
export const placesWords = ({ token, ranks }: RankedToken): Words =>
  metrics.every((metric) => ranks[metric] > farthest)
    ? []
    : words(
        l10n.t('The chosen token {0} is {1}.'),
        token,
        listedInWords(
          metrics.map((metric) => metricWords(metric).ranked(ordinal(ranks[metric]))),
          l10n,
        ),
      );
