import * as l10n from '@vscode/l10n';
import { roundedSize } from '../../shared/format';
import type { ScopeView } from '../../shared/instruments';
import type { Metric } from '../../shared/metrics';
import type { PanelState } from '../../shared/panel';
import type { VocabularyToken } from '../../shared/tokens';
import { comparedOf } from '../parts/compared';
import { placed } from '../parts/fragments';
import { tokenLabel } from '../parts/words';
import type { Camera } from './camera';
import { isDrawnRow, axisName, litLabel } from './finding';
import { type Geometry, type ArrowPlace, planePoint, litMetric, relationOf } from './geometry';

/** A token with a name in the picture. */
export interface Lit extends ArrowPlace {
  readonly token: VocabularyToken;
  /** 1-based, by the chosen metric. */
  readonly rank: number;
  /** Accessible name. */
  readonly label: string;
}

/** Everything the picture is drawn from. */
export interface Scene {
  readonly geometry: Geometry;
  readonly metric: Metric;
  readonly lit: readonly Lit[];
  /** The chosen token, unless it is the axis. */
  readonly chosen: Lit | null;
  /** The two tokens whose logits are compared, unless one is the axis. */
  readonly compared: readonly Lit[];
  /** The axis's name: a token, or h. */
  readonly axis: { readonly name: string; readonly token: VocabularyToken | null; readonly size: string };
  /** Heights may be drawn larger than widths. */
  readonly stretched: boolean;
  /** Name of a height times ‖axis‖. */
  readonly heightName: string;
}

/** The token under the mouse or with the focus, its place in pixels, and the number of its pane from the left. */
export interface Pointed {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly pane: number;
}

export interface SceneView {
  readonly camera: Camera;
  /** How many tokens lie beyond it. */
  readonly outside: number;
  readonly isHome: boolean;
}

export interface ScopeEvents {
  readonly onPoint: (pointed: Pointed | null) => void;
  readonly onChoose: (id: number) => void;
  readonly onView: (changed: SceneView) => void;
}

/** The scene of a scope: the nearest tokens by the metric, and the chosen token unless it is the axis. */
export function sceneOf(scope: ScopeView, geometry: Geometry, metric: Metric, hide: boolean, state: PanelState): Scene {
  const by = litMetric(metric, geometry.withSizes);
  const axisToken = scope.axis.kind === 'token' ? scope.axis.token : null;
  const own = isDrawnRow(scope) ? axisToken : null;
  const lit = (token: VocabularyToken, rank: number): Lit => {
    const { values, length } = relationOf(scope, token.id);
    return {
      token,
      rank,
      ...planePoint(token.id, values.dot, length, scope.size, geometry.withSizes),
      label: litLabel(tokenLabel(token), by, rank, values[by]),
    };
  };
  const chosen = state.token?.token;
  const compared = comparedOf(state);
  return {
    geometry,
    metric,
    lit: placed(scope.nearest[by], ({ token }) => token, hide)
      .map(({ entry, rank }) => lit(entry.token, rank))
      .filter(({ token }) => token.id !== own?.id),
    chosen: chosen && !own ? lit(chosen, 0) : null,
    compared: compared
      ? [compared.output, compared.against].filter(({ id }) => id !== own?.id).map((token) => lit(token, 0))
      : [],
    axis: { name: axisName(scope, state), token: axisToken, size: roundedSize(geometry.axis) },
    stretched: scope.axis.kind !== 'token',
    heightName: !geometry.withSizes
      ? l10n.t('cosine')
      : scope.axis.kind === 'residual' && !scope.centred
        ? l10n.t('logit')
        : l10n.t('dot product'),
  };
}
