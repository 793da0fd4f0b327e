import * as l10n from '@vscode/l10n';
import { extent } from 'd3-array';
import { cutTo } from '../../shared/codePoints';
import { count, degrees, fixed, printedDifference, roundedSize, size, toldApart } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import type { ScopeView } from '../../shared/instruments';
import { metricNames, type Metric } from '../../shared/metrics';
import type { PanelState } from '../../shared/panel';
import type { RankedToken } from '../../shared/tokens';
import { residualPlace } from '../parts/layers';
import { metricValue, metricWords } from '../parts/metrics';
import { placeName } from '../parts/place';
import { words, type Words } from '../parts/words';
import type { Camera } from './camera';
import type { Geometry } from './geometry';

/** Whether the axis is one of the drawn rows. The input vectors of a model with two matrices are not drawn. */
export const isDrawnRow = ({ axis }: ScopeView): boolean => axis.kind === 'token' && axis.side !== 'input';

/** The listed tokens without the axis itself. */
const others = (scope: ScopeView, metric: Metric): readonly RankedToken[] =>
  scope.nearest[metric].filter(
    ({ token }) => !isDrawnRow(scope) || scope.axis.kind !== 'token' || token.id !== scope.axis.token.id,
  );

/** `36–56`, or one number if both print the same. */
function range(list: readonly RankedToken[], decimals: number, of: (entry: RankedToken) => number | undefined): string {
  const [from, to] = extent(list, of).map((end) => fixed(end ?? NaN, decimals));
  return from === to ? String(from) : `${from}–${to}`;
}

const anglesOf = (list: readonly RankedToken[]): string => `${range(list, 0, ({ angle }) => angle)}°`;
const lengthsOf = ({ sizes }: ScopeView, list: readonly RankedToken[]): string =>
  range(list, 1, ({ token }) => sizes[token.id]);

function aroundToken(scope: ScopeView): Words {
  const [near, far] = [others(scope, 'euclidean'), others(scope, 'dot')];
  if (near.length === 0 || far.length === 0) return [];
  return [
    l10n.t(
      'The tokens nearest by distance are {0} from the axis, of size {1}. Those nearest by dot product are {2} from the axis, of size {3}',
      ...[anglesOf(near), lengthsOf(scope, near), anglesOf(far), lengthsOf(scope, far)],
    ),
  ];
}

function aroundResidual(scope: ScopeView): Words {
  const [first, second] = scope.nearest.dot;
  const [nearest, byDistance] = [scope.nearest.cosine[0], scope.nearest.euclidean[0]];
  if (!first || !second || !nearest || !byDistance) return [];
  const gap = words(
    l10n.t('{0} is highest, {1} above {2}'),
    first.token,
    printedDifference(first.values.dot, second.values.dot, 2),
    second.token,
  );
  const against = (rival: RankedToken, printed: readonly string[]): Words => {
    const numbers = rival === first || rival.token.id === first.token.id ? printed.slice(0, 1) : printed;
    return [rival.token, ` (${numbers.length === 1 ? numbers[0] : l10n.t('{0} against {1}', ...numbers)})`];
  };
  return words(
    l10n.t('{0}. Nearest by angle is {1}, by distance {2}'),
    gap,
    against(
      nearest,
      toldApart([nearest.angle, first.angle], 1, 4).map((angle) => `${angle}°`),
    ),
    against(byDistance, toldApart([byDistance.values.euclidean, first.values.euclidean], 3)),
  );
}

export function vectorscopeFinding({ scope }: PanelState): Words {
  if (!scope) return [];
  if (!(scope.size > 0)) return [l10n.t('This vector has size 0, so it has no direction')];
  return scope.axis.kind === 'token' ? aroundToken(scope) : aroundResidual(scope);
}

/** The caption of three pictures side by side. */
export const rulersSentence = (withSizes: boolean, many: number): string =>
  withSizes
    ? l10n.t(
        'The same tokens on the same scale. The arrows are the tokens nearest by distance, by cosine and by dot product, and the chosen token.',
      )
    : lengthOneSentence(many);

const lengthOneSentence = (many: number): string =>
  l10n.t(
    'With all sizes set to 1, {0} pick the same {1} tokens. The finding and the table keep the true sizes.',
    metricNames(l10n),
    count(many),
  );

export const metricSentence = (metric: Metric, withSizes: boolean, many: number): string =>
  withSizes ? metricWords(metric).curves : lengthOneSentence(many);

/** Characters of the name of an axis. */
const longestAxis = 40;

export function axisName({ axis }: ScopeView, { model, text }: Pick<PanelState, 'model' | 'text'>): string {
  if (axis.kind === 'token') return axis.side === 'input' ? l10n.t('input vector') : '';
  if (axis.kind === 'vector') return cutTo(longestAxis, axis.expression);
  const place = text ? placeName(text, axis.position) : '';
  // A server gives h alone, which stands as the residual after no layer.
  if (axis.layer === (model?.trunk?.layers ?? 0)) return l10n.t('h, {0}', place);
  return l10n.t('{0}, {1}', residualPlace(axis.layer), place);
}

/** The axis in a sentence, for a picture outside the panel. */
export const axisWords = (scope: ScopeView, state: Pick<PanelState, 'model' | 'text'>): string =>
  l10n.t(
    'Axis: {0}, size {1}.',
    [...(scope.axis.kind === 'token' ? [plainToken(scope.axis.token)] : []), axisName(scope, state)]
      .filter((part) => part !== '')
      .join(', '),
    roundedSize(scope.size),
  );

/** Says what can be read from the picture. Otherwise two tokens drawn side by side would seem close. */
export function truthSentence(
  vocabulary: number,
  scope: ScopeView,
  { withSizes, angles }: Geometry,
  camera: Camera | null,
): string {
  const stretched =
    camera && camera.stretch > 1
      ? l10n.t(
          'All angles lie between {0} and {1}, so heights are drawn {2} times larger. Read angles from the rays of the cosine picture.',
          degrees(angles.least),
          degrees(angles.most),
          count(camera.stretch),
        )
      : null;
  return [
    scope.centred ? centredSentence(scope) : null,
    withSizes
      ? l10n.t('All {0} tokens are placed by their angle to the axis and their size.', count(vocabulary))
      : l10n.t('All {0} tokens are placed by their angle to the axis and have size 1.', count(vocabulary)),
    stretched,
    l10n.t('Only relations to the axis are true: two tokens drawn side by side may be far apart.'),
  ]
    .filter((sentence) => sentence !== null)
    .join(' ');
}

/** Names the vectors from which the mean is subtracted before angles and sizes are measured. */
const centredSentence = (scope: ScopeView): string =>
  isDrawnRow(scope)
    ? l10n.t('The mean of all tokens is subtracted first, from each of them and from the axis.')
    : l10n.t('The mean of all tokens is subtracted first, from each of them but not from the axis.');

export const outsideSentence = (many: number): string => l10n.t('Tokens outside this view: {0}.', count(many));

/** Accessible name of a lit token. */
export const litLabel = (name: string, metric: Metric, rank: number, value: number): string =>
  l10n.t('{0}, number {1} by {2}', name, rank, metricValue(metric, size(value)));
