import * as l10n from '@vscode/l10n';
import { max } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import type { SizeSummary } from '../../shared/engine';
import type { VocabularyToken } from '../../shared/tokens';
import { count, fixed, size } from '../../shared/format';
import { Behind } from '../parts/behind';
import { Copy } from '../parts/copy';
import { SavePicture } from '../picture/save';
import { tokenSpans } from '../parts/text';
import { useWidth } from '../parts/width';
import type { Actions } from '../section';
import { flags } from './flags';
import { sizesRows } from './sizesRows';
import { SizesTable } from './sizesTable';

const rowHeight = 12;
const characterWidth = 6.7;

/** Pixels above, in and below the bars, and how many tokens are named. */
const forms = {
  full: { mostFlags: 8, above: 4, barsHeight: 92, below: 40 },
  compact: { mostFlags: 0, above: 3, barsHeight: 24, below: 1 },
} as const;

interface HistogramProps {
  readonly sizes: SizeSummary;
  readonly chosen: VocabularyToken;
  /** The tokens of the text. */
  readonly tokens: readonly VocabularyToken[];
  readonly vocabulary: number;
  readonly act: Actions;
  /** Low, and with the chosen token alone, without names and ticks. */
  readonly compact?: boolean;
}

/** The sizes of the whole vocabulary, with the tokens of the text as flags and the chosen one among them. */
export function Histogram({ sizes, chosen, tokens, vocabulary, act, compact = false }: HistogramProps) {
  const { mostFlags, above, barsHeight, below } = forms[compact ? 'compact' : 'full'];
  const { ref, width } = useWidth<HTMLDivElement>();
  const { from, width: step, counts } = sizes.histogram;
  const to = from + step * counts.length;
  const x = scaleLinear([from, to], [0, width]);
  const flying = compact ? [] : flags(tokens, chosen, x, width, mostFlags, characterWidth);
  const ground = flying.length * rowHeight + above + barsHeight;
  const y = scaleLinear([0, max(counts) ?? 1], [0, barsHeight]);
  const distinct = [...new Map(tokens.map((token) => [token.id, token])).values()];
  const bar = Math.max((x(from + step) - x(from)) * 0.86, 0.5);
  const end = ({ token, side }: { token: VocabularyToken; side: 'start' | 'end' }) => {
    const at = x(token.size);
    const low = side === 'start';
    return (
      <g class="extreme">
        <line x1={at} x2={at} y1={ground} y2={low ? ground + 22 : ground - 10} />
        <text x={low ? at + 3 : at} y={low ? ground + 32 : ground - 13} text-anchor={low ? 'start' : at > width - 60 ? 'end' : 'middle'}>
          <tspan class="mono">{tokenSpans(token)}</tspan> {size(token.size)}
        </text>
      </g>
    );
  };
  const name = l10n.t('Sizes of the vocabulary');
  const summary = l10n.t(
    'Sizes of all {0} tokens, from {1} to {2}, {3} on average. The chosen token has {4}.',
    count(vocabulary),
    size(sizes.smallest.size),
    size(sizes.largest.size),
    size(sizes.mean),
    size(chosen.size),
  );
  return (
    <div class="figure histogram" ref={ref}>
      {width > 0 && (
        <svg width={width} height={ground + below} role="img" data-picture="sizes" aria-labelledby="histogram-name histogram-summary">
          <title id="histogram-name">{name}</title>
          <desc id="histogram-summary">{summary}</desc>
          <g class="bars">
            {counts.map((many, bin) => (
              <rect x={x(from + bin * step)} width={bar} y={ground - y(many)} height={y(many)} />
            ))}
          </g>
          <line class="axis" x1={0} x2={width} y1={ground + 0.5} y2={ground + 0.5} />
          {compact ? (
            <g class="flag chosen">
              <line x1={x(chosen.size)} x2={x(chosen.size)} y1={0} y2={ground} />
            </g>
          ) : (
            <>
              <g class="rug">
                {distinct.map((token) => (
                  <line x1={x(token.size)} x2={x(token.size)} y1={ground} y2={ground + 4} />
                ))}
              </g>
              <g class="ticks">
                {x.ticks(6).map((tick) => (
                  <text x={x(tick)} y={ground + 16} text-anchor="middle">
                    {fixed(tick, 0)}
                  </text>
                ))}
                <text x={width} y={ground + 32} text-anchor="end">
                  {l10n.t('size ‖e‖, model units')}
                </text>
              </g>
              {end({ token: sizes.smallest, side: 'start' })}
              {end({ token: sizes.largest, side: 'end' })}
            </>
          )}
          {flying.map(({ token, x: at, row, side }) => (
            <g class={token.id === chosen.id ? 'flag chosen' : 'flag'}>
              <line x1={at} x2={at} y1={row * rowHeight} y2={ground} />
              <text x={at + (side === 'right' ? 4 : -4)} y={row * rowHeight + 9} text-anchor={side === 'right' ? 'start' : 'end'} class="mono">
                {tokenSpans(token)}
              </text>
            </g>
          ))}
        </svg>
      )}
      <Behind
        summary={l10n.t('Sizes as a table')}
        copy={<Copy label={l10n.t('Copy the sizes as a table')} copied={l10n.t('Copied the sizes')} rows={() => sizesRows(sizes, chosen, distinct)} act={act} />}
        picture={<SavePicture of="sizes" title={name} act={act} />}
      >
        {() => <SizesTable sizes={sizes} chosen={chosen} tokens={distinct} />}
      </Behind>
    </div>
  );
}
