import * as l10n from '@vscode/l10n';
import { count, degrees, raw, size } from '../../shared/format';
import type { ScopeView } from '../../shared/instruments';
import { metrics, type VocabularyToken } from '../../shared/tokens';
import { metricName } from '../parts/metrics';
import { TokenText } from '../parts/text';
import { standing } from './numbers';

interface CardProps {
  readonly token: VocabularyToken;
  readonly scope: ScopeView;
  /** Where the token stands in the picture, pixels, and how wide that is. */
  readonly at: { readonly x: number; readonly y: number };
  readonly width: number;
}

/** Pixels. */
const cardWidth = 196;
const away = 14;

/** All that is known of a token and its relation to the axis. */
export function Card({ token, scope, at, width }: CardProps) {
  const { values, angle, length, ranks } = standing(scope, token.id);
  const isRight = at.x + away + cardWidth <= width || at.x < cardWidth + away;
  const left = isRight ? Math.min(at.x + away, Math.max(0, width - cardWidth)) : at.x - away - cardWidth;
  const fact = (name: string, value: string, full: number) => (
    <>
      <dt>{name}</dt>
      <dd data-value={raw(full)}>{value}</dd>
    </>
  );
  return (
    <div
      class="scope-card"
      role="status"
      style={{ left: `${left}px`, top: `${at.y + away}px`, width: `${cardWidth}px` }}
      data-id={token.id}
    >
      <p class="card-name">
        <TokenText token={token} /> <span class="quiet small">{l10n.t('id {0}', token.id)}</span>
      </p>
      <dl>
        {fact(scope.centred ? l10n.t('size, centred') : l10n.t('size'), size(length), length)}
        {fact(l10n.t('angle'), degrees(angle), angle)}
        {metrics.map((metric) =>
          fact(
            ranks ? l10n.t('{0}, rank {1}', metricName(metric), count(ranks[metric])) : metricName(metric),
            size(values[metric]),
            values[metric],
          ),
        )}
      </dl>
    </div>
  );
}
