import { extent, greatest, maxIndex, median, range } from 'd3-array';
import type { Journey } from '../../shared/layers';

/**
 * From here on a residual is called a sink: the first position of a text mostly is a hundred times longer, others
 * hardly ten times.
 */
export const sinkRatio = 25;

export interface Sink {
  readonly position: number;
  readonly layer: number;
  /** ‖r_l‖ there, and the median of it at the other positions: model units. */
  readonly here: number;
  readonly others: number;
}

const ratio = ({ here, others }: Pick<Sink, 'here' | 'others'>): number => (others > 0 ? here / others : 0);

/** The chosen position as a sink, where it is one. */
export const ownSink = ({ position, sink }: Journey): Sink | null =>
  sink && ratio(sink) >= sinkRatio ? { position, ...sink } : null;

/** The position that stands out most among the others, where it does. `sizes` is indexed by layer, then position. */
export function sinkAmong(sizes: readonly ArrayLike<number>[]): Sink | null {
  const candidates = sizes.flatMap((sizesThere, layer) => {
    const row = Array.from(sizesThere);
    const position = maxIndex(row);
    const others = median(row.filter((_, index) => index !== position));
    return others === undefined ? [] : [{ position, layer, here: row[position] ?? 0, others }];
  });
  const best = greatest(candidates, ratio);
  return best && ratio(best) >= sinkRatio ? best : null;
}

/** More lines than these would only make one black band. */
const mostOthers = 96;

/** The positions that stand beside the chosen one: all of them, or of many the sink and others at even steps. */
export function othersShown(count: number, position: number, sink: Sink | null): readonly number[] {
  const step = Math.ceil(count / mostOthers);
  return range(count).filter((index) => index !== position && (index % step === 0 || index === sink?.position));
}

/**
 * The ends of the log axis: the powers of ten around all that is drawn. Zeros, which have no place on it, are left out.
 */
export function sizeDomain(own: readonly number[], others: readonly ArrayLike<number>[]): readonly [number, number] {
  const [low = 1, high = 10] = extent([...own, ...others.flatMap((row) => Array.from(row))].filter((size) => size > 0));
  const from = 10 ** Math.floor(Math.log10(low));
  return [from, Math.max(10 ** Math.ceil(Math.log10(high)), 10 * from)];
}

/** The powers of ten from one end to the other. */
export function decades([from, to]: readonly [number, number]): readonly number[] {
  const [first, last] = [Math.round(Math.log10(from)), Math.round(Math.log10(to))];
  return Array.from({ length: last - first + 1 }, (_, step) => 10 ** (first + step));
}

/** A power of ten as an axis has room for it: `0.1`, `100`, `10k`. */
export function decadeName(value: number): string {
  if (value >= 1e6) return `${value / 1e6}M`;
  return value >= 1000 ? `${value / 1000}k` : String(value);
}
