import * as l10n from '@vscode/l10n';
import { size } from '../../shared/format';
import type { ScopeView } from '../../shared/instruments';
import type { PanelState } from '../../shared/panel';
import type { Metric, VocabularyToken } from '../../shared/tokens';
import { placed as listed } from '../parts/fragments';
import { tokenLabel } from '../parts/label';
import { isRow } from './finding';
import { placed, type Geometry } from './geometry';
import { litMetric, standing } from './numbers';
import type { Lit, Scene } from './scene';
import { axisName, litLabel } from './words';

/**
 * What the picture shows of a scope: the nearest by the metric lit, fragments unless they are hidden, and the chosen
 * token where it is not the axis itself.
 */
export function sceneOf(
  scope: ScopeView,
  geometry: Geometry,
  metric: Metric,
  hide: boolean,
  state: Pick<PanelState, 'model' | 'text' | 'token'>,
): Scene {
  const by = litMetric(metric, geometry.withSizes);
  const axisToken = scope.axis.kind === 'token' ? scope.axis.token : null;
  const own = isRow(scope) ? axisToken : null;
  const lit = (token: VocabularyToken, rank: number): Lit => {
    const { values, length } = standing(scope, token.id);
    return {
      token,
      rank,
      ...placed(token.id, values.dot, length, scope.size, geometry.withSizes),
      label: litLabel(tokenLabel(token), by, rank, values[by]),
    };
  };
  const chosen = state.token?.token;
  return {
    geometry,
    metric,
    lit: listed(scope.nearest[by], ({ token }) => token, hide)
      .map(({ entry, rank }) => lit(entry.token, rank))
      .filter(({ token }) => token.id !== own?.id),
    chosen: chosen && !own ? lit(chosen, 0) : null,
    axis: { name: axisName(scope, state), token: axisToken, size: size(geometry.axis) },
    stretched: scope.axis.kind === 'residual',
    heightName:
      scope.axis.kind === 'residual' && geometry.withSizes && !scope.centred
        ? l10n.t('logit')
        : geometry.withSizes
          ? l10n.t('dot product')
          : l10n.t('cosine'),
  };
}
