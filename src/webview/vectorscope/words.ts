import * as l10n from '@vscode/l10n';
import { count, degrees, size } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import type { ScopeView } from '../../shared/instruments';
import type { PanelState } from '../../shared/panel';
import type { Metric } from '../../shared/tokens';
import { metricValue } from '../parts/metrics';
import { placeName } from '../parts/place';
import type { Camera } from './camera';
import type { Geometry } from './geometry';

/** What the axis is called. */
export function axisName({ axis }: ScopeView, { model, text }: Pick<PanelState, 'model' | 'text'>): string {
  if (axis.kind === 'token') return axis.side === 'input' ? l10n.t('input vector') : '';
  const place = text ? placeName(text, axis.position) : '';
  if (axis.layer === 0) return l10n.t('before the layers, {0}', place);
  return axis.layer === model?.trunk?.layers ? l10n.t('h, {0}', place) : l10n.t('layer {0}, {1}', axis.layer, place);
}

/** The axis in a sentence, for where nothing else says which it is. */
export const axisWords = (scope: ScopeView, state: Pick<PanelState, 'model' | 'text'>): string =>
  l10n.t(
    'Axis: {0}, {1} long.',
    [...(scope.axis.kind === 'token' ? [plainToken(scope.axis.token)] : []), axisName(scope, state)]
      .filter((part) => part !== '')
      .join(', '),
    size(scope.size),
  );

/** Only relations to the axis are true: a picture that does not say so would teach what it is made against. */
export function truthSentence(vocabulary: number, { withSizes, angles }: Geometry, camera: Camera | null): string {
  const all = withSizes
    ? l10n.t(
        'All {0} tokens, each at its true angle to the axis and its true length; so its distance to the tip and its height are true too.',
        count(vocabulary),
      )
    : l10n.t('All {0} tokens, each at its true angle to the axis and at length 1.', count(vocabulary));
  const stretched =
    camera && camera.stretch > 1
      ? l10n.t(
          'All angles lie between {0} and {1}, so heights are drawn {2} times larger.',
          degrees(angles.least),
          degrees(angles.most),
          count(camera.stretch),
        )
      : null;
  const warning = l10n.t('Only relations to the axis are true: two tokens drawn side by side may be far apart.');
  return [all, stretched, warning].filter((sentence) => sentence !== null).join(' ');
}

export const outsideSentence = (many: number): string =>
  many === 1
    ? l10n.t('1 token lies outside of this view.')
    : l10n.t('{0} tokens lie outside of this view.', count(many));

/** A lit token for a screen reader: its rank and its value. */
export const litLabel = (name: string, metric: Metric, rank: number, value: number): string =>
  l10n.t('{0}, number {1} by {2}', name, rank, metricValue(metric, size(value)));
