import * as l10n from '@vscode/l10n';
import type { ModelInfo, SizeSummary } from '../../shared/engine';
import { count, size, toldApart, valued, decimalsWithin, fixed } from '../../shared/format';
import { areAlike, type Side, sizeDecimals, sizeOnSide, percentileOf } from '../../shared/sides';
import type { VocabularyToken } from '../../shared/tokens';
import { copiedRows, type TableData } from '../parts/columns';
import { usefulDomain } from '../parts/numbers';
import { Table, type TableProps } from '../parts/table';
import { shortenedToken, tokenSpans } from '../parts/text';
import { useWidth } from '../parts/width';
import { Behind } from '../picture/behind';
import { HistogramChart, longestName } from '../picture/histogram';

/** The tokens that the histogram names, each once, smallest first. */
export const namedTokens = (
  { smallest, largest }: SizeSummary,
  chosen: VocabularyToken,
  tokens: readonly VocabularyToken[],
  side: Side,
): readonly VocabularyToken[] =>
  [...new Map([smallest, ...tokens, chosen, largest].map((token) => [token.id, token])).values()].sort(
    (a, b) => sizeOnSide(a, side) - sizeOnSide(b, side),
  );

/** The tokens that the histogram names, in numbers. */
export const namedTable = (
  sizes: SizeSummary,
  chosen: VocabularyToken,
  tokens: readonly VocabularyToken[],
  side: Side,
): TableData<VocabularyToken> => {
  const { width, counts } = sizes.histogram;
  const decimals = decimalsWithin(width * counts.length, 3);
  return {
    columns: [
      { key: 'token', sorts: true, head: l10n.t('token'), value: (token) => token },
      { key: 'id', value: ({ id }) => id },
      {
        key: 'size',
        sorts: true,
        head: l10n.t('size'),
        value: (token) => sizeOnSide(token, side),
        print: (size) => fixed(size, decimals),
      },
      {
        key: 'smaller (%)',
        sorts: true,
        head: l10n.t('smaller, %'),
        value: (token) => percentileOf(token, side),
        print: (percentile) => fixed(percentile, 1),
      },
    ],
    rows: namedTokens(sizes, chosen, tokens, side),
    order: `sizes ${side}`,
  };
};

/** Its bars in numbers. */
export const barsTable = ({ histogram: { from, width, counts } }: SizeSummary): TableData<number> => ({
  columns: [
    {
      key: 'size from',
      head: l10n.t('size from'),
      value: (_, bin) => from + bin * width,
      print: (size) => fixed(size, decimalsWithin(10 * width, 2)),
    },
    { key: 'size to', value: (_, bin) => from + (bin + 1) * width },
    { key: 'tokens', head: l10n.t('tokens'), value: (many) => many },
  ],
  rows: counts,
});

/** What a histogram and the table behind it are called. */
export const histogramName = (side?: Side): string =>
  side === undefined
    ? l10n.t('Sizes of the vocabulary')
    : side === 'input'
      ? l10n.t('Sizes of the {0}', l10n.t('input vectors'))
      : l10n.t('Sizes of the {0}', l10n.t('output rows'));

/** A picture cannot show sizes that are almost equal, so a sentence says it. `null` if they are not. */
export function alikeWords(
  { smallest, largest }: Pick<SizeSummary, 'smallest' | 'largest'>,
  vocabulary: number,
  side?: Side,
): string | null {
  const [least, most] = [sizeOnSide(smallest, side ?? 'input'), sizeOnSide(largest, side ?? 'input')];
  if (!areAlike(least, most)) return null;
  const [from = '', to = ''] = toldApart([least, most], sizeDecimals(least, most));
  return l10n.t(
    'All {0} vectors are almost equally large, from {1} to {2}, so direction tells them apart.',
    count(vocabulary),
    from,
    to,
  );
}

/** On a smaller share of a common axis a histogram is too narrow to read. */
const leastShare = 0.35;

/** The sizes of a model whose matrices are known. */
type Measured = Pick<ModelInfo, 'outputSizes'> & { readonly sizes: SizeSummary };

/** One axis for both matrices of a model. `null` if it would squeeze one of the histograms. */
export function commonDomain({ sizes, outputSizes }: Measured): readonly [number, number] | null {
  if (!outputSizes) return null;
  const both = [usefulDomain(sizes), usefulDomain(outputSizes)];
  const [from, to] = [Math.min(...both.map(([low]) => low)), Math.max(...both.map(([, high]) => high))];
  return both.every(([low, high]) => high - low >= leastShare * (to - from)) ? [from, to] : null;
}

interface HistogramsProps {
  readonly model: Measured & Pick<ModelInfo, 'vocabulary'>;
  readonly chosen: VocabularyToken;
  /** The tokens of the text. */
  readonly tokens: readonly VocabularyToken[];
}

/** The sizes of the vocabulary. A model with two matrices has two histograms: input vectors above output rows. */
export function Histograms({ model, ...props }: HistogramsProps) {
  const { sizes, outputSizes, vocabulary } = model;
  if (!outputSizes) return <Histogram sizes={sizes} vocabulary={vocabulary} {...props} />;
  const areDrawn = [alikeWords(sizes, vocabulary, 'input'), alikeWords(outputSizes, vocabulary, 'output')].every(
    (said) => said === null,
  );
  const domain = areDrawn ? commonDomain(model) : null;
  return (
    <div class="stack">
      <Histogram sizes={sizes} vocabulary={vocabulary} side="input" domain={domain} {...props} />
      <Histogram sizes={outputSizes} vocabulary={vocabulary} side="output" domain={domain} {...props} />
      {areDrawn && (
        <p class="note">
          {domain
            ? l10n.t('Both use the same scale.')
            : l10n.t('Each has its own scale. On a shared scale the narrower one would be hard to read.')}
        </p>
      )}
    </div>
  );
}

interface HistogramProps extends Omit<HistogramsProps, 'model'> {
  readonly sizes: SizeSummary;
  readonly vocabulary: number;
  /** The matrix whose rows are measured, if the model has two. */
  readonly side?: Side | undefined;
  /** The axis. By default that of the sizes. */
  readonly domain?: readonly [number, number] | null;
  /** Low, with the chosen token alone, without names and ticks. */
  readonly compact?: boolean;
}

/** The sizes of the whole vocabulary, with the tokens of the text as flags. */
export function Histogram(props: HistogramProps) {
  const { sizes, chosen, tokens, vocabulary, side, compact = false } = props;
  const { ref, width } = useWidth<HTMLDivElement>();
  const name = histogramName(side);
  const picture = side ? `sizes-${side}` : 'sizes';
  const named = (): TableProps<VocabularyToken> => ({
    ...namedTable(sizes, chosen, tokens, side ?? 'input'),
    chosen: chosen.id,
    row: ({ id }) => ({ 'data-id': id }),
  });
  const alike = alikeWords(sizes, vocabulary, side);
  return (
    <div class={alike === null ? 'figure histogram' : 'histogram'} ref={ref}>
      {side && !compact && <h3>{name}</h3>}
      {alike !== null && (
        <p class="note" data-fact="sizes-alike">
          {alike}
        </p>
      )}
      {alike === null && width > 0 && <SizesChart {...props} width={width} picture={picture} />}
      <Behind
        name={picture}
        title={name}
        table={named}
        draw={() => (
          <>
            <Table {...named()} />
            <Table {...barsTable(sizes)} />
          </>
        )}
        copied={() => [copiedRows(named()), copiedRows(barsTable(sizes))]}
        isDrawn={alike === null}
      />
    </div>
  );
}

/** Below this width the axis title gets its own row, since the smallest token may have a long name. */
const roomForNames = 320;

/** Pixels above, in and below the bars, and how many tokens are named. */
const forms = {
  full: { mostFlags: 8, above: 4, height: 92, below: 40 },
  /** One of two below each other. */
  paired: { mostFlags: 6, above: 4, height: 64, below: 40 },
  compact: { mostFlags: 0, above: 3, height: 24, below: 1 },
} as const;

interface ChartProps extends HistogramProps {
  readonly width: number;
  readonly picture: string;
}

function SizesChart(props: ChartProps) {
  const { sizes, chosen, tokens, vocabulary, side, compact = false, width, picture } = props;
  const { mostFlags, ...form } = forms[compact ? 'compact' : side ? 'paired' : 'full'];
  const titleRow = !compact && width < roomForNames ? 14 : 0;
  const of = (token: VocabularyToken): number => sizeOnSide(token, side ?? 'input');
  const domain = props.domain ?? usefulDomain(sizes);
  return (
    <HistogramChart
      name={picture}
      title={histogramName(side)}
      summary={l10n.t(
        'Sizes of all {0} tokens, from {1} to {2}, {3} on average. The chosen token has {4}.',
        count(vocabulary),
        size(of(sizes.smallest)),
        size(of(sizes.largest)),
        size(sizes.mean),
        size(of(chosen)),
      )}
      {...{ width, domain, ...form }}
      histogram={sizes.histogram}
      below={form.below + titleRow}
      axis={l10n.t('size {0}, model units', side === 'output' ? '‖u‖' : '‖e‖')}
      axisBelow={16 + titleRow}
      {...(compact ? { print: null } : { flagged: { tokens, chosen, of, most: mostFlags } })}
    >
      {({ x, ground }) =>
        compact ? (
          <g class="flag chosen">
            <line x1={x(of(chosen))} x2={x(of(chosen))} y1={0} y2={ground} />
          </g>
        ) : (
          <>
            <g class="rug">
              {[...new Set(tokens.map(of))].map((long) => (
                <line x1={x(long)} x2={x(long)} y1={ground} y2={ground + 4} />
              ))}
            </g>
            {[sizes.smallest, sizes.largest].map((token, index) => {
              const [at, isSmallest] = [x(of(token)), index === 0];
              return (
                <g class="extreme">
                  <line x1={at} x2={at} y1={ground} y2={isSmallest ? ground + 22 : ground - 10} />
                  <text
                    x={isSmallest ? at + 3 : at}
                    y={isSmallest ? ground + 32 : ground - 13}
                    text-anchor={isSmallest ? 'start' : at > width - 90 ? 'end' : 'middle'}
                  >
                    <tspan class="mono">{tokenSpans(shortenedToken(token, longestName))}</tspan>,{' '}
                    {valued(l10n.t('size'), size(of(token)))}
                    {of(token) > domain[1] && ' →'}
                  </text>
                </g>
              );
            })}
          </>
        )
      }
    </HistogramChart>
  );
}
