import type { TokenFacts } from '../../shared/engine';
import { type Metric, metrics, type VocabularyToken } from '../../shared/tokens';
import { count, hexPairs, percent, raw, size } from '../../shared/format';
import { TokenText } from '../parts/text';
import { metricName } from './finding';

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
          <dt>Text</dt>
          <dd class="name">
            <TokenText token={token} chosen />
            {token.special && <span class="note">special token</span>}
          </dd>
        </>
      )}
      <dt>Id</dt>
      <dd data-value={token.id}>{token.id}</dd>
      <dt>Bytes</dt>
      <dd class="mono">{hexPairs(token.bytes)}</dd>
      <dt>Size</dt>
      <dd>
        <span data-value={raw(token.size)} data-fact="size">
          {size(token.size)}
        </span>{' '}
        <span class="quiet" data-value={raw(token.percentile)} data-fact="percentile">
          {percent(token.percentile)} {compact ? '' : 'of tokens '}are smaller
        </span>
      </dd>
      {!compact && (
        <>
          <dt>Vectors</dt>
          <dd>{tied ? <>input = output <span class="quiet">(the two matrices are equal)</span></> : <>input <span class="quiet">(the output matrix is another)</span></>}</dd>
        </>
      )}
    </dl>
  );
}

const columns = [
  ['raw', 'raw'],
  ['centred', 'centred'],
  ['normed', 'after final norm'],
] as const;

/** The token's place among all tokens when its own vector is the query: 1 where it finds itself. */
export function OwnRanks({ ownRank }: { readonly ownRank: TokenFacts['ownRank'] }) {
  const cell = (rank: number, metric: Metric) => (
    <td class={rank === 1 ? 'number quiet' : 'number strong'} data-value={rank} data-metric={metric}>
      {count(rank)}
    </td>
  );
  return (
    <table class="own-ranks">
      <thead>
        <tr>
          <th scope="col">Its own rank, by</th>
          {columns.map(([, label]) => (
            <th scope="col" class="number">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {metrics.map((metric) => (
          <tr>
            <th scope="row">{metricName[metric]}</th>
            {columns.map(([key]) => cell(ownRank[key][metric], metric))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
