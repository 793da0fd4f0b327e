import * as l10n from '@vscode/l10n';
import { maxIndex } from 'd3-array';
import { scaleLinear, scaleLog } from 'd3-scale';
import { useMemo } from 'preact/hooks';
import { plain, plural, probability } from '../../../shared/format';
import type { Leader, Leaders, LensStep } from '../../../shared/layers';
import { layerOf, shortStep, stepName } from '../../parts/layers';
import { gridStep, useRoving } from '../../parts/roving';
import { nameWidth, TokenText } from '../../parts/text';
import { sentence, tokenLabel, words } from '../../parts/words';
import { Axis, Chart, Levels } from '../../picture/chart';
import { decadeName, decades } from '../sizes';

/** The row with a token's highest probability. */
export const peakOf = ({ probability }: Leader): number => Math.max(0, maxIndex(probability));

/** The rows in which a token is the likeliest, as runs of neighbouring rows: first and last index. */
export function leads({ rank }: Leader): readonly (readonly [from: number, to: number])[] {
  const runs: [number, number][] = [];
  rank.forEach((place, row) => {
    if (place !== 1) return;
    const last = runs.at(-1);
    if (last && last[1] === row - 1) last[1] = row;
    else runs.push([row, row]);
  });
  return runs;
}

/** The peak of a line, and the width of its name: pixels. */
interface Peak {
  readonly x: number;
  readonly width: number;
}

interface NamePlace {
  /** Left edge, pixels. */
  readonly left: number;
  /** 0 is the lane next to the lines. */
  readonly lane: number;
}

const gap = 4;

/**
 * Places each name beside the pole on its peak, between `left` and `right`. A name that overlaps names to its right
 * stands above them, so that no pole crosses a name, except at the right edge.
 */
export function namePlaces(peaks: readonly Peak[], left: number, right: number): readonly NamePlace[] {
  const fromRight = peaks.map((peak, index) => ({ ...peak, index })).sort((a, b) => b.x - a.x || b.index - a.index);
  const places: NamePlace[] = [];
  const placed: { readonly from: number; readonly to: number; readonly lane: number }[] = [];
  for (const { x, width, index } of fromRight) {
    const from = Math.max(left, Math.min(x, right - width));
    const to = from + width + gap;
    const below = placed.filter((other) => other.from < to && from < other.to).map(({ lane }) => lane);
    const lane = below.length === 0 ? 0 : Math.max(...below) + 1;
    placed.push({ from, to, lane });
    places[index] = { left: from, lane };
  }
  return places;
}

/** Rows with a tick, at round steps of layers and at least `room` pixels apart. */
export function tickedRows(rows: readonly LensStep[], rowWidth: number, room = 22): readonly number[] {
  const whole = rows.flatMap(({ after }, index) => (after === 'layer' ? [index] : []));
  const perLayer = whole.length > 1 ? ((whole[1] ?? 1) - (whole[0] ?? 0)) * rowWidth : rowWidth;
  const step = [1, 2, 5, 10, 20, 50].find((layers) => layers * perLayer >= room) ?? 100;
  return whole.filter((_, residual) => layerOf(residual) % step === 0);
}

/** What the height of a line is. */
export type LeaderMeasure = 'probability' | 'rank';

const laneHeight = 15;
const plotHeight = 132;
const axisWidth = 30;
const side = 6;
const characterWidth = 6.7;
const below = 18;

interface LeadersChartProps {
  readonly leaders: Leaders;
  readonly measure: LeaderMeasure;
  readonly width: number;
  readonly vocabulary: number;
  readonly chosen: number | undefined;
  readonly lit: number | null;
  readonly onLight?: (layer: number | null) => void;
  /** In the place of layers: the names of the columns, and which of them is drawn as the last layer is. */
  readonly columns?: { readonly names: readonly string[]; readonly now: number };
  readonly onChoose: (id: number) => void;
}

/** One line for each token that leads in a row of the lens, over all rows, named at its peak. */
export function LeadersChart(props: LeadersChartProps) {
  const { leaders, measure, width, vocabulary, chosen, lit, onLight, onChoose, columns } = props;
  const name = columns ? 'steer' : 'leaders';
  const { rows, tokens } = leaders;
  const [left, right] = [axisWidth, width - side];
  const x = scaleLinear([0, rows.length - 1], [left, right]);
  const lines = useMemo(() => {
    const peaks = tokens.map((leader) => {
      const peak = peakOf(leader);
      return { ...leader, peak, x: x(peak), width: nameWidth(leader.token, characterWidth) + 6 };
    });
    const places = namePlaces(peaks, left, width);
    return peaks.map((line, index) => ({ ...line, ...(places[index] ?? { left, lane: 0 }) }));
  }, [leaders, width]);
  const lanes = Math.max(0, ...lines.map(({ lane }) => lane + 1));
  const top = lanes * laneHeight + 8;
  const y =
    measure === 'probability'
      ? scaleLinear([0, 1], [top + plotHeight, top])
      : scaleLog([vocabulary, 1], [top + plotHeight, top]);
  const ticks = measure === 'probability' ? [0, 0.5, 1] : decades([1, 10 ** Math.floor(Math.log10(vocabulary))]);
  const of = (leader: Leader, row: number): number => leader[measure][row] ?? 0;
  const last = rows.length - 1;
  const predicted = columns?.now ?? last;
  const classOf = (leader: Leader): string =>
    ['leader-line', leader.rank[predicted] === 1 && 'predicted', leader.token.id === chosen && 'chosen']
      .filter(Boolean)
      .join(' ');
  const roving = useRoving(tokens.length, Math.max(tokens.length - 1, 0), (key, at) =>
    gridStep({ ArrowRight: 'ArrowDown', ArrowLeft: 'ArrowUp' }[key] ?? key, at, {
      count: tokens.length,
      rows: tokens.length,
    }),
  );
  const litRow = columns?.now ?? rows.findIndex(({ layer, after }) => after === 'layer' && layer === lit);
  const rowAt = (event: MouseEvent): number | null => {
    if (!(event.currentTarget instanceof Element)) return null;
    const row = Math.round(x.invert(event.clientX - event.currentTarget.getBoundingClientRect().left));
    return rows[Math.min(Math.max(row, 0), last)]?.layer ?? null;
  };
  return (
    <div class="leaders-chart" data-picture={name} style={{ height: `${top + plotHeight + below}px` }}>
      <Chart
        heading={`${name}-title`}
        summary={columns ? null : summaryOf(leaders)}
        width={width}
        height={top + plotHeight + below}
        onMouseMove={(event) => onLight?.(rowAt(event))}
        onMouseLeave={() => onLight?.(null)}
      >
        <rect class="sense" width={width} height={top + plotHeight + below} />
        <Levels ticks={ticks} print={measure === 'probability' ? plain : decadeName} {...{ y, left, right }} />
        <Axis
          ticks={columns ? [...rows.keys()] : tickedRows(rows, (right - left) / Math.max(last, 1))}
          print={(row) => columns?.names[row] ?? (rows[row] ? shortStep(rows[row]) : '')}
          x={x}
          y={top + plotHeight + 15}
          width={width}
        />
        {litRow >= 0 && (
          <line class="lit-row leader-lit" x1={x(litRow)} x2={x(litRow)} y1={top} y2={top + plotHeight} />
        )}
        {lines.map((line) => (
          <g class={classOf(line)}>
            <polyline points={rows.map((_, row) => `${x(row).toFixed(1)},${y(of(line, row)).toFixed(1)}`).join(' ')} />
            <line
              class="pole"
              x1={line.x}
              x2={line.x}
              y1={top - 8 - line.lane * laneHeight}
              y2={y(of(line, line.peak))}
            />
            <circle cx={line.x} cy={y(of(line, line.peak))} r={2.5} />
          </g>
        ))}
      </Chart>
      <div class="leader-names" role="group" aria-labelledby={`${name}-title`} {...roving.group}>
        {lines.map(({ token, probability: shares, peak, left: from, lane }, index) => (
          <button
            type="button"
            class="leader-name"
            data-id={token.id}
            style={{ left: `${from}px`, top: `${top - 8 - (lane + 1) * laneHeight}px` }}
            aria-label={
              columns
                ? l10n.t(
                    '{0}, at most {1}, at the strength {2}',
                    tokenLabel(token),
                    probability(shares[peak]),
                    columns.names[peak] ?? '',
                  )
                : l10n.t(
                    '{0}, at most {1}, {2}: make it the axis of the vectorscope',
                    tokenLabel(token),
                    probability(shares[peak]),
                    rows[peak] ? stepName(rows[peak]) : '',
                  )
            }
            onClick={() => onChoose(token.id)}
            {...roving.item(index)}
          >
            <TokenText token={token} chosen={token.id === chosen} />
          </button>
        ))}
      </div>
    </div>
  );
}

function summaryOf({ rows, tokens }: Leaders): string {
  const last = tokens.find(({ rank }) => rank[rows.length - 1] === 1);
  if (!last) return '';
  return sentence(
    words(
      plural(tokens.length, {
        1: l10n.t('{1} is the likeliest token after every layer.'),
        other: l10n.t('{0} different tokens are the likeliest after some layer. {1} is the likeliest after the last.'),
      }),
      String(tokens.length),
      last.token,
    ),
  );
}
