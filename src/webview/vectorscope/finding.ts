import * as l10n from '@vscode/l10n';
import { extent } from 'd3-array';
import { degrees, fixed, size } from '../../shared/format';
import type { ScopeView } from '../../shared/instruments';
import type { PanelState } from '../../shared/panel';
import { metricNames, type Metric } from '../../shared/metrics';
import type { RankedToken } from '../../shared/tokens';
import { metricWords } from '../parts/metrics';
import { inWords } from '../parts/numbers';
import { words, type Words } from '../parts/words';

/** Whether the axis is one of the rows that are drawn: an input vector is none where the model has two matrices. */
export const isRow = ({ axis }: ScopeView): boolean => axis.kind === 'token' && axis.side !== 'input';

/** The listed tokens without the axis itself. */
const others = (scope: ScopeView, metric: Metric): readonly RankedToken[] =>
  scope.nearest[metric].filter(
    ({ token }) => !isRow(scope) || scope.axis.kind !== 'token' || token.id !== scope.axis.token.id,
  );

/** `36–56°`, or one angle where both ends print the same. */
function range(values: readonly number[], printed: (value: number) => string): string {
  const [least, most] = extent(values);
  const [from, to] = [printed(least ?? NaN), printed(most ?? NaN)];
  return from === to ? from : `${from}–${to}`;
}

const anglesOf = (list: readonly RankedToken[]): string =>
  `${range(
    list.map(({ angle }) => angle),
    (angle) => fixed(angle, 0),
  )}°`;
const lengthsOf = (scope: ScopeView, list: readonly RankedToken[]): string =>
  range(
    list.map(({ token }) => scope.sizes[token.id] ?? NaN),
    (length) => fixed(length, 1),
  );

function aroundToken(scope: ScopeView): Words {
  const near = others(scope, 'euclidean');
  const far = others(scope, 'dot');
  const [many, manyFar] = [near.length, far.length];
  if (many === 0 || manyFar === 0) return [];
  const ids = new Set(near.map(({ token }) => token.id));
  const shared = far.filter(({ token }) => ids.has(token.id)).length;
  if (!isRow(scope))
    return [
      l10n.t(
        'Of the output rows around its input vector, the nearest by distance lie {0} away and are {1} long; by dot product {2}, and {3} long',
        anglesOf(near),
        lengthsOf(scope, near),
        anglesOf(far),
        lengthsOf(scope, far),
      ),
    ];
  if (shared === manyFar)
    return [
      l10n.t(
        'Distance and dot product light the same tokens here: {0} from the axis, {1} long',
        anglesOf(near),
        lengthsOf(scope, near),
      ),
    ];
  return [
    l10n.t(
      'Nearest by distance lie {0} from the axis and are {1} long; by dot product {2}, and {3} long',
      anglesOf(near),
      lengthsOf(scope, near),
      anglesOf(far),
      lengthsOf(scope, far),
    ),
  ];
}

function aroundResidual(scope: ScopeView): Words {
  const [first, second] = scope.nearest.dot;
  if (!first) return [];
  const nearest = scope.nearest.cosine[0];
  const gap = second
    ? words(
        l10n.t('{0} stands highest, {1} above {2}'),
        first.token,
        size(first.values.dot - second.values.dot),
        second.token,
      )
    : words(l10n.t('{0} stands highest'), first.token);
  if (!nearest) return gap;
  if (nearest.token.id === first.token.id)
    return words(l10n.t('{0}, and is also the nearest by angle, {1}'), gap, degrees(first.angle));
  return words(
    l10n.t('{0}; by angle {1} is nearer, {2} against {3}'),
    gap,
    nearest.token,
    degrees(nearest.angle),
    degrees(first.angle),
  );
}

/** What the picture says, in words made from its numbers. */
export function vectorscopeFinding({ scope }: PanelState): Words {
  if (!scope) return [];
  if (!(scope.size > 0)) return [l10n.t('This vector has no length, and so no direction')];
  return scope.axis.kind === 'token' ? aroundToken(scope) : aroundResidual(scope);
}

/** What a height is, and what the curves of a metric are. */
export function metricSentence(metric: Metric, withSizes: boolean, many: number): string {
  if (!withSizes)
    return l10n.t(
      'With all lengths 1, {0} light the same {1} tokens. The finding and the table keep the true lengths.',
      metricNames(l10n),
      inWords(many),
    );
  return metricWords(metric).curves;
}
