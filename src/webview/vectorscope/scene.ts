import * as l10n from '@vscode/l10n';
import { size } from '../../shared/format';
import type { ScopeView } from '../../shared/instruments';
import type { PanelState } from '../../shared/panel';
import type { VocabularyToken, Metric } from '../../shared/tokens';
import { placed as listed } from '../parts/fragments';
import { tokenLabel } from '../parts/words';
import type { Camera } from './camera';
import { isRow, axisName, litLabel } from './finding';
import { type Geometry, placed, litMetric, standing } from './geometry';

/** A token that is named in the picture. */
export interface Lit {
  readonly token: VocabularyToken;
  /** 1-based, by the chosen metric. */
  readonly rank: number;
  readonly up: number;
  readonly across: number;
  /** What a screen reader says of it. */
  readonly label: string;
}

/** What the picture shows. */
export interface Scene {
  readonly geometry: Geometry;
  readonly metric: Metric;
  readonly lit: readonly Lit[];
  /** The chosen token, where it is not the axis. */
  readonly chosen: Lit | null;
  /** The axis's name: a token, or h. */
  readonly axis: { readonly name: string; readonly token: VocabularyToken | null; readonly size: string };
  /** Heights may be drawn larger than widths. */
  readonly stretched: boolean;
  /** What a height times ‖axis‖ is called. */
  readonly heightName: string;
}

/** What the user does to the picture. */
export interface Pointing {
  /** A token under the mouse or the focus, with where it stands. */
  readonly onPoint: (pointed: { readonly id: number; readonly x: number; readonly y: number } | null) => void;
  readonly onChoose: (id: number) => void;
  /** The part of the plane that is seen has changed; `outside` tokens are not in it. */
  readonly onView: (view: { readonly camera: Camera; readonly outside: number; readonly isHome: boolean }) => void;
}

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
