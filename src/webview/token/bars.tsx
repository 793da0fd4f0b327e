import { max, bisector } from 'd3-array';
import type { ScaleLinear } from 'd3-scale';
import type { SizeSummary } from '../../shared/engine';
import { plainToken } from '../../shared/glyphs';
import type { NamedToken } from '../../shared/tokens';
import { tokenSpans, shortenedToken } from '../parts/text';

interface Flag<T> {
  readonly token: T;
  /** Pixels from the left. */
  readonly x: number;
  /** 0 is the top row. The token with the smallest value is there, so that no pole crosses another name. */
  readonly row: number;
  /** Side of the pole that has the name. */
  readonly side: 'right' | 'left';
}

/** The axis of sizes, or of another number that every token has. */
interface Axis<T> {
  readonly of: (token: T) => number;
  /** Pixels of a value. */
  readonly place: (value: number) => number;
  readonly width: number;
}

/** So that a name has room on one side of its pole, even in a narrow panel. Characters. */
export const longestName = 24;

const byValue =
  <T extends NamedToken>(of: Axis<T>['of']) =>
  (a: T, b: T): number =>
    of(a) - of(b) || a.id - b.id;

/**
 * Flags on an axis, one for each token. If there are more than `most`, the chosen, the smallest and the
 * largest token stay, and others at even steps of the axis.
 */
export function flags<T extends NamedToken>(
  tokens: readonly T[],
  chosen: T | null,
  { of, place, width }: Axis<T>,
  most: number,
  characterWidth: number,
): readonly Flag<T>[] {
  const all = chosen ? [...tokens, chosen] : tokens;
  const distinct = [...new Map(all.map((token) => [token.id, token])).values()].sort(byValue(of));
  const kept = distinct.length <= most ? distinct : thin(distinct, chosen, most, of);
  return kept.map((whole, row) => {
    const token = shortenedToken(whole, longestName);
    const x = place(of(token));
    return { token, x, row, side: x + 4 + plainToken(token).length * characterWidth > width ? 'left' : 'right' };
  });
}

function thin<T extends NamedToken>(
  sorted: readonly T[],
  chosen: T | null,
  most: number,
  of: Axis<T>['of'],
): readonly T[] {
  const first = sorted[0];
  const last = sorted.at(-1);
  if (!first || !last) return sorted;
  const at = bisector(of);
  const kept = new Set([first, last, ...sorted.filter(({ id }) => id === chosen?.id)]);
  const steps = most - kept.size;
  for (let step = 1; step <= steps; step++) {
    const target = of(first) + ((of(last) - of(first)) * step) / (steps + 1);
    const nearest = sorted[Math.min(at.center(sorted, target), sorted.length - 1)];
    if (nearest) kept.add(nearest);
  }
  return [...kept].sort(byValue(of));
}

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
