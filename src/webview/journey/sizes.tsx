import * as l10n from '@vscode/l10n';
import { extent, greatest, maxIndex, median, range } from 'd3-array';
import { scaleLog } from 'd3-scale';
import { useMemo } from 'preact/hooks';
import { roundedSize, plain } from '../../shared/format';
import type { Journey } from '../../shared/layers';
import type { RunView } from '../../shared/panel';
import type { TextView } from '../../shared/place';
import { tokenSpans } from '../parts/text';
import { filled } from '../parts/words';
import { downwards, JourneyFigure, type LayerRows, rowMiddle, rowTop } from './figure';

/**
 * How many times larger than the median a residual must be to count as a sink. The first position is often a hundred
 * times larger, others hardly ten times.
 */
export const sinkRatio = 25;

export interface Sink {
  readonly position: number;
  readonly layer: number;
  /** ‖r_l‖ at the position, and its median at the others: model units. */
  readonly here: number;
  readonly others: number;
}

const ratio = ({ here, others }: Pick<Sink, 'here' | 'others'>): number => (others > 0 ? here / others : 0);

/** The chosen position, if it is a sink. */
export const ownSink = ({ position, sink }: Journey): Sink | null =>
  sink && ratio(sink) >= sinkRatio ? { position, ...sink } : null;

/** The position with the highest ratio, if it is a sink. `sizes` is indexed by layer, then position. */
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

/** More lines would make one black band. */
const mostOthers = 96;

/** The other positions to draw: all, or if there are too many, the sink and others at even steps. */
export function othersShown(count: number, position: number, sink: Sink | null): readonly number[] {
  const step = Math.ceil(count / mostOthers);
  return range(count).filter((index) => index !== position && (index % step === 0 || index === sink?.position));
}

/** Domain of the log axis: the powers of ten around all sizes but zeros. */
export function sizeDomain(own: readonly number[], others: readonly ArrayLike<number>[]): readonly [number, number] {
  const [low = 1, high = 10] = extent([...own, ...others.flatMap((row) => Array.from(row))].filter((size) => size > 0));
  const from = 10 ** Math.floor(Math.log10(low));
  return [from, Math.max(10 ** Math.ceil(Math.log10(high)), 10 * from)];
}

/** The powers of ten of a domain. */
export const decades = ([from, to]: readonly [number, number]): readonly number[] =>
  range(Math.round(Math.log10(from)), Math.round(Math.log10(to)) + 1).map((power) => 10 ** power);

/** A power of ten as a short tick label: `0.1`, `100`, `10k`. */
export function decadeName(value: number): string {
  if (value >= 1e6) return `${plain(value / 1e6)}M`;
  return value >= 1000 ? `${plain(value / 1000)}k` : plain(value);
}

const side = 4;

interface SizesProps {
  readonly journey: Journey;
  readonly run: RunView;
  readonly text: TextView;
  readonly width: number;
  readonly rows: LayerRows;
}

/** The size of the residual at each layer, with those of other positions as thin lines. */
export function SizesPicture({ journey, run, text, width, rows }: SizesProps) {
  const { residualSize, position } = journey;
  const all = run.layers.residualSize;
  const count = all[0]?.length ?? 0;
  const [domain, sink] = useMemo(
    () => [sizeDomain(residualSize, all), ownSink(journey) ? null : sinkAmong(all)] as const,
    [journey, all],
  );
  const x = scaleLog(domain, [side, width - side]);
  const place = (value: number): number => x(Math.max(value, domain[0]));
  const others = useMemo(() => {
    const positions = othersShown(count, position, sink);
    const sizesAt = (index: number) => all.map((row) => row[index] ?? 0);
    return {
      many: positions.length,
      path: positions.map((index) => `M${downwards(sizesAt(index), place)}`).join(''),
    };
  }, [all, position, width, domain, sink]);
  const sinkToken = sink && sink.position !== position ? text.tokens[sink.position] : undefined;
  const sinkX = sink ? place(all.at(-1)?.[sink.position] ?? 0) : 0;
  const summary = l10n.t(
    'The residual has size {0} before the layers and {1} after the last layer.',
    roundedSize(residualSize[0]),
    roundedSize(residualSize.at(-1)),
  );
  return (
    <JourneyFigure
      id="sizes"
      width={width}
      rows={rows}
      title={l10n.t('Size of r')}
      notes={[l10n.t('log scale'), others.many > 0 ? l10n.t('thin: {0} others', others.many) : '']}
      summary={summary}
      axis={{ x, ticks: decades(domain), name: decadeName }}
      below={8 + 13}
    >
      <path class="other-sizes" d={others.path} />
      <polyline class="ink" points={downwards(residualSize, place)} />
      {sinkToken && (
        <text
          class="line-name"
          x={sinkX > width / 2 ? Math.min(sinkX + 24, width) : sinkX}
          y={rowTop(rows.residuals) + 12}
          text-anchor={sinkX > width / 2 ? 'end' : 'start'}
        >
          {filled(l10n.t('{0}, sink'), <tspan class="mono">{tokenSpans(sinkToken)}</tspan>)}
        </text>
      )}
      {rows.lit !== null && <circle cx={place(residualSize[rows.lit] ?? 0)} cy={rowMiddle(rows.lit)} r={2.5} />}
    </JourneyFigure>
  );
}
