import { max } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import type { SizeSummary } from '../../../shared/engine';
import { fixed, tickDecimals } from '../../../shared/format';
import type { VocabularyToken } from '../../../shared/tokens';
import { tokenSpans } from '../../parts/text';

interface SizesProps {
  readonly width: number;
  readonly histogram: SizeSummary['histogram'];
  /** Sizes to mark below the axis. */
  readonly marked: readonly number[];
  /** The tokens with the smallest and the largest size. */
  readonly ends: readonly [smallest: VocabularyToken | undefined, largest: VocabularyToken | undefined];
  readonly axis: string;
}

const top = 22;
const plot = 70;

export const sizesHeight = top + plot + 40;

/** A histogram of the sizes of the vocabulary, with some of them marked. */
export function SizesChart({ width, histogram, marked, ends: [smallest, largest], axis }: SizesProps) {
  const { from, width: step, counts } = histogram;
  const x = scaleLinear([from, from + step * counts.length], [0, width]);
  const y = scaleLinear([0, max(counts) ?? 1], [0, plot]);
  const ground = top + plot;
  return (
    <g class="lab-sizes">
      {counts.map((many, bin) => (
        <rect
          x={x(from + bin * step)}
          width={Math.max((x(from + step) - x(from)) * 0.86, 0.5)}
          y={ground - y(many)}
          height={y(many)}
        />
      ))}
      <line class="axis" x1={0} x2={width} y1={ground + 0.5} y2={ground + 0.5} />
      {marked.map((size) => (
        <line class="ink" x1={x(size)} x2={x(size)} y1={ground + 1} y2={ground + 9} />
      ))}
      {smallest && (
        <text class="value mono" x={0} y={12}>
          {tokenSpans(smallest)}
        </text>
      )}
      {largest && (
        <text class="value mono" x={width} y={12} text-anchor="end">
          {tokenSpans(largest)}
        </text>
      )}
      <g class="ticks">
        {x.ticks(6).map((tick) => (
          <text
            x={x(tick)}
            y={ground + 22}
            text-anchor={x(tick) > width - 12 ? 'end' : x(tick) < 12 ? 'start' : 'middle'}
          >
            {fixed(tick, tickDecimals(x.ticks(6)))}
          </text>
        ))}
        <text x={width} y={ground + 37} text-anchor="end">
          {axis}
        </text>
      </g>
    </g>
  );
}
