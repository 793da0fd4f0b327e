import * as l10n from '@vscode/l10n';
import type { DataRows } from '../../shared/columns';
import type { ModelInfo, TokenFacts } from '../../shared/engine';
import { capitalised, count, degrees, fixed, hexPairs, percent, raw, size } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import { type ByMetric, type Metric, metrics } from '../../shared/metrics';
import { percentileOf, type Side, sizeDecimals, sizeOnSide } from '../../shared/sides';
import type { NamedToken } from '../../shared/tokens';
import { type Column, copiedRows, type TableData } from '../parts/columns';
import { metricLabel } from '../parts/metrics';
import { TokenText } from '../parts/text';

interface FactsProps {
  readonly token: NamedToken;
  readonly model: Pick<ModelInfo, 'tied' | 'sizes' | 'outputSizes'> | null;
  /** For the side bar: leaves out the name, which stands above, and facts that are the same for all tokens. */
  readonly compact?: boolean;
}

/** The chosen token by itself: id, bytes, sizes, and the angle between its two vectors. */
export function Facts(props: FactsProps) {
  const { token, model, compact = false } = props;
  const tied = model?.tied === true;
  return (
    <dl class="pairs facts" data-id={token.id}>
      {!compact && (
        <>
          <dt>{capitalised(l10n.t('text'))}</dt>
          <dd class="name">
            <TokenText token={token} chosen />
            {token.special && <span class="note">{l10n.t('special token')}</span>}
          </dd>
        </>
      )}
      <dt>{capitalised(l10n.t('id'))}</dt>
      <dd data-value={token.id}>{token.id}</dd>
      <dt>{capitalised(l10n.t('bytes'))}</dt>
      <dd class="mono">{hexPairs(token.bytes)}</dd>
      {token.outputSize === undefined ? (
        <Size name={capitalised(l10n.t('size'))} side="input" {...props} />
      ) : (
        <>
          <Size name={l10n.t('Input size')} side="input" {...props} />
          <Size name={l10n.t('Output size')} side="output" {...props} />
        </>
      )}
      {token.angleInputOutput !== undefined && (
        <>
          <dt>{capitalised(l10n.t('angle'))}</dt>
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

interface SizeProps extends FactsProps {
  readonly name: string;
  readonly side: Side;
}

/** The size of one of the token's two rows, and the share of smaller rows in the same matrix. */
function Size({ name, side, token, model, compact }: SizeProps) {
  const percentile = percentileOf(token, side);
  if (percentile === null) return null;
  const [sizes, fact] = side === 'input' ? [model?.sizes, ''] : [model?.outputSizes, 'output-'];
  const decimals = sizes ? sizeDecimals(sizeOnSide(sizes.smallest, side), sizeOnSide(sizes.largest, side)) : 3;
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <span data-value={raw(sizeOnSide(token, side))} data-fact={`${fact}size`}>
          {fixed(sizeOnSide(token, side), decimals)}
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
    <dl class="pairs facts facing above">
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
        <div class="small quiet">
          {facing.centred
            ? l10n.t('The output row, each number times the final norm’s gain, then centred.')
            : l10n.t('The output row, each number times the final norm’s gain.')}
        </div>
      </dd>
    </dl>
  );
}

/** The line that opens the table of its own ranks. */
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
export function ownRanksTable({ raw: plain, centred, normed }: TokenFacts['ownRank']): TableData<Metric> {
  const column = (key: string, head: string, ranks: ByMetric<number>): Column<Metric> => ({
    key,
    head,
    value: (metric) => ranks[metric],
    cell: (metric) => ({ class: ranks[metric] === 1 ? 'quiet' : 'strong', 'data-metric': metric }),
  });
  return {
    columns: [
      { key: 'own rank by', head: l10n.t('Its own rank, by'), value: metricLabel, names: true },
      column('raw', l10n.t('raw'), plain),
      column('centred', l10n.t('centred'), centred),
      ...(normed ? [column('after final norm', l10n.t('after final norm'), normed)] : []),
    ],
    rows: metrics,
  };
}

/** The facts for the clipboard, and the ranks, which have columns of their own. */
export function factTables({ token, ownRank, facing }: TokenFacts): readonly DataRows[] {
  const facts: DataRows = [
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
  ];
  return [facts, copiedRows(ownRanksTable(ownRank))];
}
