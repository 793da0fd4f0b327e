import * as l10n from '@vscode/l10n';
import { max } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import type { SizeSummary } from '../../shared/engine';
import { type Side, sizeOf } from '../../shared/sides';
import type { VocabularyToken } from '../../shared/tokens';
import { count, fixed, size } from '../../shared/format';
import { Behind } from '../parts/behind';
import { Copy } from '../parts/copy';
import { SavePicture } from '../picture/save';
import { tokenSpans } from '../parts/text';
import { usefulEnds } from '../parts/sizes';
import { useWidth } from '../parts/width';
import type { Actions } from '../section';
import { flags } from './flags';
import { sizesName } from './sides';
import { sizesRows } from './sizesRows';
import { SizesTable } from './sizesTable';

const rowHeight = 12;
const characterWidth = 6.7;
/** A tick nearer to an end of the axis than this, pixels, has no room on both of its sides. */
const tickRoom = 8;
/** Below so many pixels the axis is named in a row of its own, since the smallest token may have a long name. */
const roomForNames = 320;

/** Pixels above, in and below the bars, and how many tokens are named. */
const forms = {
  full: { mostFlags: 8, above: 4, barsHeight: 92, below: 40 },
  /** One of two below each other. */
  paired: { mostFlags: 6, above: 4, barsHeight: 64, below: 40 },
  compact: { mostFlags: 0, above: 3, barsHeight: 24, below: 1 },
} as const;

interface HistogramProps {
  readonly sizes: SizeSummary;
  readonly chosen: VocabularyToken;
  /** The tokens of the text. */
  readonly tokens: readonly VocabularyToken[];
  readonly vocabulary: number;
  readonly act: Actions;
  /** Which rows the sizes are of, where the model has two matrices. */
  readonly side?: Side | undefined;
  /** Ends of the axis; those of the sizes where they are absent. */
  readonly ends?: readonly [number, number] | null;
  /** Low, and with the chosen token alone, without names and ticks. */
  readonly compact?: boolean;
}

/** The sizes of the whole vocabulary, with the tokens of the text as flags and the chosen one among them. */
export function Histogram({
  sizes,
  chosen,
  tokens,
  vocabulary,
  act,
  side,
  ends = null,
  compact = false,
}: HistogramProps) {
  const { mostFlags, above, barsHeight, ...form } = forms[compact ? 'compact' : side ? 'paired' : 'full'];
  const { ref, width } = useWidth<HTMLDivElement>();
  const axisRow = !compact && width < roomForNames ? 14 : 0;
  const below = form.below + axisRow;
  const { from, width: step, counts } = sizes.histogram;
  const of = (token: VocabularyToken) => sizeOf(token, side ?? 'input');
  const domain = ends ?? usefulEnds(sizes);
  // What is beyond the axis stands at its end.
  const x = scaleLinear(domain, [0, width]).clamp(true);
  const isBeyond = (token: VocabularyToken) => of(token) > domain[1];
  const flying = compact
    ? []
    : flags(tokens, chosen, { side: side ?? 'input', place: x, width }, mostFlags, characterWidth);
  const ground = flying.length * rowHeight + above + barsHeight;
  const y = scaleLinear([0, max(counts) ?? 1], [0, barsHeight]);
  const distinct = [...new Map(tokens.map((token) => [token.id, token])).values()];
  const bar = Math.max((x(from + step) - x(from)) * 0.86, 0.5);
  const end = ({ token, which }: { token: VocabularyToken; which: 'start' | 'end' }) => {
    const at = x(of(token));
    const low = which === 'start';
    return (
      <g class="extreme">
        <line x1={at} x2={at} y1={ground} y2={low ? ground + 22 : ground - 10} />
        <text
          x={low ? at + 3 : at}
          y={low ? ground + 32 : ground - 13}
          text-anchor={low ? 'start' : at > width - 60 ? 'end' : 'middle'}
        >
          <tspan class="mono">{tokenSpans(token)}</tspan> {size(of(token))}
          {isBeyond(token) && ' →'}
        </text>
      </g>
    );
  };
  const ticks = x.ticks(6);
  // Sizes of small models lie close together.
  const decimals = (ticks[1] ?? 1) - (ticks[0] ?? 0) < 1 ? 1 : 0;
  const picture = side ? `sizes-${side}` : 'sizes';
  const name = sizesName(side);
  const id = `histogram-${side ?? 'both'}`;
  const summary = l10n.t(
    'Sizes of all {0} tokens, from {1} to {2}, {3} on average. The chosen token has {4}.',
    count(vocabulary),
    size(of(sizes.smallest)),
    size(of(sizes.largest)),
    size(sizes.mean),
    size(of(chosen)),
  );
  return (
    <div class="figure histogram" ref={ref}>
      {side && !compact && <h3>{name}</h3>}
      {width > 0 && (
        <svg
          width={width}
          height={ground + below}
          role="img"
          data-picture={picture}
          aria-labelledby={`${id}-name ${id}-summary`}
        >
          <title id={`${id}-name`}>{name}</title>
          <desc id={`${id}-summary`}>{summary}</desc>
          <g class="bars">
            {counts.map(
              (many, bin) =>
                from + bin * step < domain[1] && (
                  <rect x={x(from + bin * step)} width={bar} y={ground - y(many)} height={y(many)} />
                ),
            )}
          </g>
          <line class="axis" x1={0} x2={width} y1={ground + 0.5} y2={ground + 0.5} />
          {compact ? (
            <g class="flag chosen">
              <line x1={x(of(chosen))} x2={x(of(chosen))} y1={0} y2={ground} />
            </g>
          ) : (
            <>
              <g class="rug">
                {distinct.map((token) => (
                  <line x1={x(of(token))} x2={x(of(token))} y1={ground} y2={ground + 4} />
                ))}
              </g>
              <g class="ticks">
                {ticks.map((tick) => (
                  <text
                    x={x(tick)}
                    y={ground + 16}
                    text-anchor={x(tick) < tickRoom ? 'start' : x(tick) > width - tickRoom ? 'end' : 'middle'}
                  >
                    {fixed(tick, decimals)}
                  </text>
                ))}
                <text x={width} y={ground + 32 + axisRow} text-anchor="end">
                  {side === 'output' ? l10n.t('size ‖u‖, model units') : l10n.t('size ‖e‖, model units')}
                </text>
              </g>
              {end({ token: sizes.smallest, which: 'start' })}
              {end({ token: sizes.largest, which: 'end' })}
            </>
          )}
          {flying.map(({ token, x: at, row, side }) => (
            <g class={token.id === chosen.id ? 'flag chosen' : 'flag'}>
              <line x1={at} x2={at} y1={row * rowHeight} y2={ground} />
              <text
                x={at + (side === 'right' ? 4 : -4)}
                y={row * rowHeight + 9}
                text-anchor={side === 'right' ? 'start' : 'end'}
                class="mono"
              >
                {tokenSpans(token)}
                {isBeyond(token) && ' →'}
              </text>
            </g>
          ))}
        </svg>
      )}
      <Behind
        summary={l10n.t('Sizes as a table')}
        copy={
          <Copy
            label={l10n.t('Copy the sizes as a table')}
            copied={l10n.t('Copied the sizes')}
            rows={() => sizesRows(sizes, chosen, distinct, side)}
            act={act}
          />
        }
        picture={<SavePicture of={picture} title={name} act={act} />}
      >
        {() => <SizesTable sizes={sizes} chosen={chosen} tokens={distinct} side={side ?? 'input'} />}
      </Behind>
    </div>
  );
}
