import { max, bisector } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import type { ComponentChildren } from 'preact';
import type { SizeSummary } from '../../shared/engine';
import { fixed, tickDecimals } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import type { NamedToken } from '../../shared/tokens';
import { tokenSpans, shortenedToken } from '../parts/text';
import { Axis, Chart } from './chart';

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
interface FlagAxis<T> {
  readonly of: (token: T) => number;
  /** Pixels of a value. */
  readonly place: (value: number) => number;
  readonly width: number;
}

/** So that a name has room on one side of its pole, even in a narrow panel. Characters. */
export const longestName = 24;

const byValue =
  <T extends NamedToken>(of: FlagAxis<T>['of']) =>
  (a: T, b: T): number =>
    of(a) - of(b) || a.id - b.id;

/**
 * Flags on an axis, one for each token. If there are more than `most`, the chosen, the smallest and the
 * largest token stay, and others at even steps of the axis.
 */
export function flags<T extends NamedToken>(
  tokens: readonly T[],
  chosen: T | null,
  { of, place, width }: FlagAxis<T>,
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
  of: FlagAxis<T>['of'],
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

const flagHeight = 12;
/** Pixels of a character of a flag's name. */
const flagCharacter = 6.7;

/** Where a value and the ground of the bars are, pixels. A value beyond the axis stands at its end. */
interface Place {
  readonly x: (value: number) => number;
  readonly ground: number;
}

interface HistogramProps<T> extends Pick<SizeSummary, 'histogram'> {
  /** As in `data-picture`. */
  readonly name?: string;
  readonly title: string;
  readonly summary?: string;
  readonly width: number;
  /** By default from the first bar to the last. */
  readonly domain?: readonly [number, number];
  /** Pixels above, of and below the bars. */
  readonly above?: number;
  readonly height: number;
  readonly below: number;
  /** Tokens that stand as flags on the axis, so many at the most; the chosen one is among them. */
  readonly flagged?: {
    readonly tokens: readonly T[];
    readonly chosen: T | null;
    readonly of: (token: T) => number;
    readonly most: number;
  };
  /** A tick as it is printed; `null` leaves out the axis. */
  readonly print?: ((tick: number, decimals: number) => string) | null;
  readonly axis?: string;
  /** Pixels from the numbers of the axis to its title. */
  readonly axisBelow?: number;
  readonly children?: (place: Place) => ComponentChildren;
}

/** A histogram over its axis, which may end before the last bar, with tokens as flags. */
export function HistogramChart<T extends NamedToken>(props: HistogramProps<T>) {
  const {
    name,
    title,
    summary,
    histogram,
    width,
    above = 4,
    height,
    below,
    flagged,
    print = fixed,
    axis,
    axisBelow,
    children,
  } = props;
  const { from, width: step, counts } = histogram;
  const { domain = [from, from + step * counts.length] } = props;
  const x = scaleLinear(domain, [0, width]).clamp(true);
  const flying = flagged
    ? flags(flagged.tokens, flagged.chosen, { of: flagged.of, place: x, width }, flagged.most, flagCharacter)
    : [];
  const ground = flying.length * flagHeight + above + height;
  const unit = height / (max(counts) || 1);
  const barWidth = Math.max((x(from + step) - x(from)) * 0.86, 0.5);
  const ticks = x.ticks(width < 300 ? 4 : 6);
  const decimals = tickDecimals(ticks);
  return (
    <Chart name={name} title={title} summary={summary} width={width} height={ground + below}>
      <g class="bars">
        {counts.map(
          (many, bin) =>
            from + bin * step < domain[1] && (
              <rect x={x(from + bin * step)} width={barWidth} y={ground - unit * many} height={unit * many} />
            ),
        )}
      </g>
      <line class="axis" x1={0} x2={width} y1={ground + 0.5} y2={ground + 0.5} />
      {print && (
        <Axis
          ticks={ticks}
          print={(tick) => print(tick, decimals)}
          x={x}
          y={ground + 16}
          width={width}
          title={axis}
          titleBelow={axisBelow}
        />
      )}
      {children?.({ x, ground })}
      {flying.map(({ token, x: at, row, side }) => (
        <g class={token.id === flagged?.chosen?.id ? 'flag named chosen' : 'flag named ink'}>
          <line x1={at} x2={at} y1={row * flagHeight} y2={ground} />
          <text
            x={at + (side === 'right' ? 4 : -4)}
            y={row * flagHeight + 9}
            text-anchor={side === 'right' ? 'start' : 'end'}
            class="mono"
          >
            {tokenSpans(token)}
            {flagged && flagged.of(token) > domain[1] && ' →'}
          </text>
        </g>
      ))}
    </Chart>
  );
}
