import * as l10n from '@vscode/l10n';
import { scaleLog } from 'd3-scale';
import { useMemo } from 'preact/hooks';
import type { Journey } from '../../shared/layers';
import type { TextView } from '../../shared/place';
import type { RunView } from '../../shared/panel';
import { size } from '../../shared/format';
import { tokenSpans } from '../parts/text';
import { filled } from '../parts/words';
import { downwards, Figure, type Rows, TopAxis } from './figure';
import { rowMiddle, rowTop } from './geometry';
import { decadeName, decades, othersShown, ownSink, sinkAmong, sizeDomain } from './sizes';

const side = 4;

interface SizesProps {
  readonly journey: Journey;
  readonly run: RunView;
  readonly text: TextView;
  readonly width: number;
  readonly rows: Rows;
}

/** Which of the other positions the thin lines are. */
function thinNote(drawn: number, count: number): string {
  if (count <= 1) return '';
  return drawn === count - 1 ? l10n.t('thin: the others') : l10n.t('thin: {0} others', drawn);
}

/** How long the residual is at each layer, beside those of all other positions. */
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
    return {
      many: positions.length,
      path: positions
        .map(
          (index) =>
            `M${downwards(
              all.map((row) => row[index] ?? 0),
              place,
            )}`,
        )
        .join(''),
    };
  }, [all, position, width, domain, sink]);
  const sinkToken = sink && sink.position !== position ? text.tokens[sink.position] : undefined;
  const sinkX = sink ? place(all.at(-1)?.[sink.position] ?? 0) : 0;
  const summary = l10n.t(
    'The residual is {0} long before the layers and {1} after the last.',
    size(residualSize[0]),
    size(residualSize.at(-1)),
  );
  return (
    <Figure
      id="sizes"
      width={width}
      rows={rows}
      title={l10n.t('Size ‖r‖')}
      notes={[l10n.t('log scale'), thinNote(others.many, count)]}
      summary={summary}
      below={8 + 13}
    >
      <TopAxis x={x} ticks={decades(domain)} name={decadeName} width={width} residuals={rows.residuals} />
      <path class="other-sizes" d={others.path} />
      <polyline class="own-size" points={downwards(residualSize, place)} />
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
      {rows.lit !== null && (
        <circle class="own-size-dot" cx={place(residualSize[rows.lit] ?? 0)} cy={rowMiddle(rows.lit)} r={2.5} />
      )}
    </Figure>
  );
}
