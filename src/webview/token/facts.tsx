import * as l10n from '@vscode/l10n';
import type { ModelInfo, SizeSummary, TokenFacts } from '../../shared/engine';
import { count, degrees, fixed, hexPairs, percent, raw, size } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import { type Metric, metrics } from '../../shared/metrics';
import { percentileOf, type Side, sizeDecimals, sizeOf } from '../../shared/sides';
import type { NamedToken } from '../../shared/tokens';
import { metricColumn, metricName } from '../parts/metrics';
import { TokenText } from '../parts/text';

interface FactsProps {
  readonly token: NamedToken;
  readonly model: Pick<ModelInfo, 'tied' | 'sizes' | 'outputSizes'> | null;
  /** Without the name, which the side bar shows above, and without what is the same for all tokens. */
  readonly compact?: boolean;
}

/** The chosen token by itself: id, bytes, sizes, and the angle between its two vectors. */
export function Facts({ token, model, compact = false }: FactsProps) {
  const tied = model?.tied === true;
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
      {token.outputSize === undefined ? (
        <Size name={l10n.t('Size')} fact="" token={token} side="input" sizes={model?.sizes} compact={compact} />
      ) : (
        <>
          <Size name={l10n.t('Input size')} fact="" token={token} side="input" sizes={model?.sizes} compact={compact} />
          <Size
            name={l10n.t('Output size')}
            fact="output-"
            token={token}
            side="output"
            sizes={model?.outputSizes}
            compact={compact}
          />
        </>
      )}
      {token.angleInputOutput !== undefined && (
        <>
          <dt>{l10n.t('Angle')}</dt>
          <dd>
            <span data-value={raw(token.angleInputOutput)} data-fact="angle">
              {degrees(token.angleInputOutput)}
            </span>{' '}
            <span class="quiet">{compact ? l10n.t('between the two') : l10n.t('between the two vectors')}</span>
          </dd>
        </>
      )}
      {!compact && token.size !== null && (
        <>
          <dt>{l10n.t('Vectors')}</dt>
          <dd>
            {tied ? l10n.t('input = output') : l10n.t('input ≠ output')}{' '}
            <span class="quiet">
              {tied ? l10n.t('(the two matrices are equal)') : l10n.t('(one matrix for input, another for output)')}
            </span>
          </dd>
        </>
      )}
    </dl>
  );
}

interface SizeProps {
  readonly name: string;
  /** Prefix of `size` and `percentile` in `data-fact`. */
  readonly fact: '' | 'output-';
  readonly token: NamedToken;
  readonly side: Side;
  /** Those of the whole matrix. */
  readonly sizes: SizeSummary | null | undefined;
  readonly compact: boolean;
}

/** The size of one of the token's two rows, and the share of smaller rows in the same matrix. */
function Size({ name, fact, token, side, sizes, compact }: SizeProps) {
  const percentile = percentileOf(token, side);
  if (percentile === null) return null;
  const decimals = sizes ? sizeDecimals(sizeOf(sizes.smallest, side), sizeOf(sizes.largest, side)) : 3;
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <span data-value={raw(sizeOf(token, side))} data-fact={`${fact}size`}>
          {fixed(sizeOf(token, side), decimals)}
        </span>{' '}
        <span class="quiet" data-value={raw(percentile)} data-fact={`${fact}percentile`}>
          {compact
            ? l10n.t('{0} are smaller', percent(percentile))
            : l10n.t('{0} of tokens are smaller', percent(percentile))}
        </span>
      </dd>
    </>
  );
}

/** The output row with the final norm’s gain folded in. */
export function GainFacts({ facing }: { readonly facing: NonNullable<TokenFacts['facing']> }) {
  return (
    <dl class="facts facing">
      <dt>{l10n.t('Output row × gain')}</dt>
      <dd>
        <span data-value={raw(facing.size)} data-fact="facing-size">
          {size(facing.size)}
        </span>{' '}
        {facing.angle !== undefined && (
          <span class="quiet" data-value={raw(facing.angle)} data-fact="facing-angle">
            {l10n.t('turned by {0}', degrees(facing.angle))}
          </span>
        )}
        <span class="facing-note note">
          {facing.centred
            ? l10n.t('The output row, each number times the final norm’s gain, then centred.')
            : l10n.t('The output row, each number times the final norm’s gain.')}
        </span>
      </dd>
    </dl>
  );
}

/** What the table of its own ranks begins with. */
export const ownRankWords = ({ raw: ranks }: TokenFacts['ownRank']): string =>
  metrics.every((metric) => ranks[metric] === 1)
    ? l10n.t('Its own rank: first by every metric')
    : l10n.t(
        'Its own rank: {0} by distance, {1} by cosine, {2} by dot product',
        count(ranks.euclidean),
        count(ranks.cosine),
        count(ranks.dot),
      );

export const gainWords = ({ size: length, angle }: NonNullable<TokenFacts['facing']>): string =>
  angle === undefined
    ? l10n.t('With the final norm’s gain: output row of size {0}', size(length))
    : l10n.t('With the final norm’s gain: output row of size {0}, turned by {1}', size(length), degrees(angle));

/** The token's rank in the list of its own vector: 1 if it is its own nearest neighbour. */
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

/** The facts for the clipboard. */
export function factRows({ token, ownRank, facing }: TokenFacts): readonly (readonly (string | number)[])[] {
  return [
    ['token', plainToken(token)],
    ['id', token.id],
    ['bytes', hexPairs(token.bytes)],
    ['size', token.size],
    ['percentile', token.percentile],
    ...(token.outputSize === undefined
      ? []
      : [
          ['output size', token.outputSize],
          ['output percentile', token.outputPercentile ?? ''],
          ['angle between input and output', token.angleInputOutput ?? ''],
        ]),
    ...(facing
      ? [
          ['size with the final norm’s gain', facing.size],
          ['angle of that to the output row', facing.angle ?? ''],
        ]
      : []),
    ['own rank by', 'raw', 'centred', ...(ownRank.normed ? ['after final norm'] : [])],
    ...metrics.map((metric) => [
      metricColumn[metric],
      ownRank.raw[metric],
      ownRank.centred[metric],
      ...(ownRank.normed ? [ownRank.normed[metric]] : []),
    ]),
  ];
}
