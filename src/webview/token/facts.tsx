import * as l10n from '@vscode/l10n';
import type { TokenFacts } from '../../shared/engine';
import { type Metric, metrics, type VocabularyToken } from '../../shared/tokens';
import { count, degrees, hexPairs, percent, raw, size } from '../../shared/format';
import { metricName } from '../parts/metrics';
import { TokenText } from '../parts/text';

interface FactsProps {
  readonly token: VocabularyToken;
  readonly tied: boolean;
  /** Without the token's name, which then stands above, and without what is the same for all tokens. */
  readonly compact?: boolean;
}

/** What is known of the chosen token alone. */
export function Facts({ token, tied, compact = false }: FactsProps) {
  return (
    <dl class="facts" data-id={token.id}>
      {!compact && (
        <>
          <dt>{l10n.t('Text')}</dt>
          <dd class="name">
            <TokenText token={token} chosen />
            {token.special && <span class="note">{l10n.t('special token')}</span>}
          </dd>
        </>
      )}
      <dt>{l10n.t('Id')}</dt>
      <dd data-value={token.id}>{token.id}</dd>
      <dt>{l10n.t('Bytes')}</dt>
      <dd class="mono">{hexPairs(token.bytes)}</dd>
      <dt>{l10n.t('Size')}</dt>
      <dd>
        <span data-value={raw(token.size)} data-fact="size">
          {size(token.size)}
        </span>{' '}
        <span class="quiet" data-value={raw(token.percentile)} data-fact="percentile">
          {compact ? l10n.t('{0} are smaller', percent(token.percentile)) : l10n.t('{0} of tokens are smaller', percent(token.percentile))}
        </span>
      </dd>
      {token.outputSize !== undefined && token.outputPercentile !== undefined && (
        <>
          <dt>{l10n.t('Output size')}</dt>
          <dd>
            <span data-value={raw(token.outputSize)} data-fact="output-size">
              {size(token.outputSize)}
            </span>{' '}
            <span class="quiet" data-value={raw(token.outputPercentile)} data-fact="output-percentile">
              {compact ? l10n.t('{0} are smaller', percent(token.outputPercentile)) : l10n.t('{0} of tokens are smaller', percent(token.outputPercentile))}
            </span>
          </dd>
        </>
      )}
      {token.angleInputOutput !== undefined && (
        <>
          <dt>{l10n.t('Angle')}</dt>
          <dd>
            <span data-value={raw(token.angleInputOutput)} data-fact="angle">
              {degrees(token.angleInputOutput)}
            </span>{' '}
            <span class="quiet">{l10n.t('between input and output vector')}</span>
          </dd>
        </>
      )}
      {!compact && (
        <>
          <dt>{l10n.t('Vectors')}</dt>
          <dd>
            {tied ? l10n.t('input = output') : l10n.t('input')} <span class="quiet">{tied ? l10n.t('(the two matrices are equal)') : l10n.t('(the output matrix is another)')}</span>
          </dd>
        </>
      )}
    </dl>
  );
}

/** The token's place among all tokens when its own vector is the query: 1 where it finds itself. */
export function OwnRanks({ ownRank }: { readonly ownRank: TokenFacts['ownRank'] }) {
  const cell = (rank: number, metric: Metric) => (
    <td class={rank === 1 ? 'number quiet' : 'number strong'} data-value={rank} data-metric={metric}>
      {count(rank)}
    </td>
  );
  const columns = [
    [l10n.t('raw'), ownRank.raw],
    [l10n.t('centred'), ownRank.centred],
    ...(ownRank.normed ? [[l10n.t('after final norm'), ownRank.normed] as const] : []),
  ] as const;
  return (
    <table class="own-ranks">
      <thead>
        <tr>
          <th scope="col">{l10n.t('Its own rank, by')}</th>
          {columns.map(([label]) => (
            <th scope="col" class="number">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {metrics.map((metric) => (
          <tr>
            <th scope="row">{metricName(metric)}</th>
            {columns.map(([, ranks]) => cell(ranks[metric], metric))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
