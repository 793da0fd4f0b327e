import { max } from 'd3-array';
import type { ScaleLinear } from 'd3-scale';
import type { SizeSummary } from '../../shared/engine';
import type { NamedToken } from '../../shared/tokens';
import { tokenSpans } from '../parts/text';
import type { Flag } from './flags';

interface BarsProps extends Pick<SizeSummary, 'histogram'> {
  readonly x: ScaleLinear<number, number>;
  /** The bars' lower edge. */
  readonly ground: number;
  readonly height: number;
}

/** The bars of a histogram on their axis, which may end before the last of them. */
export function Bars({ histogram: { from, width: step, counts }, x, ground, height }: BarsProps) {
  const [, end = Infinity] = x.domain();
  const unit = height / (max(counts) || 1);
  const width = Math.max((x(from + step) - x(from)) * 0.86, 0.5);
  return (
    <>
      <g class="bars">
        {counts.map(
          (many, bin) =>
            from + bin * step < end && (
              <rect x={x(from + bin * step)} width={width} y={ground - unit * many} height={unit * many} />
            ),
        )}
      </g>
      <line class="axis" x1={0} x2={x.range()[1]} y1={ground + 0.5} y2={ground + 0.5} />
    </>
  );
}

export const flagHeight = 12;
/** Pixels of a character of a flag's name. */
export const flagCharacter = 6.7;

interface FlagsProps<T> {
  readonly flags: readonly Flag<T>[];
  readonly chosen: number | undefined;
  readonly ground: number;
  /** Whether a token stands at the end of the axis and belongs beyond it. */
  readonly isBeyond?: (token: T) => boolean;
}

export const Flags = <T extends NamedToken>({ flags, chosen, ground, isBeyond }: FlagsProps<T>) =>
  flags.map(({ token, x, row, side }) => (
    <g class={token.id === chosen ? 'flag named chosen' : 'flag named ink'}>
      <line x1={x} x2={x} y1={row * flagHeight} y2={ground} />
      <text
        x={x + (side === 'right' ? 4 : -4)}
        y={row * flagHeight + 9}
        text-anchor={side === 'right' ? 'start' : 'end'}
        class="mono"
      >
        {tokenSpans(token)}
        {isBeyond?.(token) && ' →'}
      </text>
    </g>
  ));
