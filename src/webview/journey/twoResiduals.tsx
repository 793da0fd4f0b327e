import * as l10n from '@vscode/l10n';
import { max, range, greatest } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { useState } from 'preact/hooks';
import { ratiosOf, residualsTable, type TwoResiduals } from '../../shared/bothFacts';
import { degrees, fixed, size, tickDecimals } from '../../shared/format';
import type { OwnRun } from '../../shared/provenance';
import { residualPlace, layerOf } from '../parts/layers';
import { useWidth } from '../parts/width';
import { Behind } from '../picture/behind';
import { LayerNumbers } from './charts';
import { betweenCharts, downwards, JourneyFigure, type LayerRows, useLayerRows, layerWidth, rowMiddle } from './figure';

/** An angle has grown once it is so many times as large, and so many degrees larger. */
const grown = 1.5;
const grownDegrees = 1;
/** A layer that adds such a share of the growth is a step; otherwise the angle grows over many layers. */
const step = 0.5;

const hasGrown = (from: number, to: number): boolean => to > grown * from && to > from + grownDegrees;

/** The residual after the layer that adds at least half of the angle's growth; null if there is no such layer. */
export function turnAt(angles: ArrayLike<number>): number | null {
  const all = Array.from(angles);
  const [start = 0, end = 0] = [all[0], all.at(-1)];
  const jump = (at: number): number => (all[at] ?? 0) - (all[at - 1] ?? 0);
  const at = greatest(range(1, all.length), jump);
  return at !== undefined && hasGrown(start, end) && jump(at) >= step * (end - start) ? at : null;
}

/** Whether the residuals are the same after every layer. */
export const haveSameResiduals = (position: TwoResiduals): boolean =>
  position.residualAngle !== null && max(position.residualAngle) === 0 && ratiosOf(position).every((of) => of === 1);

/** How far two residuals are apart, from the input to the last layer. */
export function anglesSaid(angles: Float64Array): string {
  const [start, end, most] = [angles[0] ?? NaN, angles.at(-1) ?? NaN, max(angles) ?? NaN];
  const at = turnAt(angles);
  if (at !== null)
    return l10n.t(
      'The residuals move apart most at layer {0}, where their angle goes from {1} to {2}. It is {3} at the input and {4} at the end',
      layerOf(at),
      degrees(angles[at - 1]),
      degrees(angles[at]),
      degrees(start),
      degrees(end),
    );
  return l10n.t(
    'The residuals are {0} apart at the input, {1} at most, and {2} at the end',
    degrees(start),
    degrees(most),
    degrees(end),
  );
}

const side = 4;

interface LineProps {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly values: readonly number[];
  readonly domain: readonly [number, number];
  readonly print: (value: number, decimals: number) => string;
  readonly middle: number;
  readonly width: number;
  readonly rows: LayerRows;
}

/** One number a layer as a line down the layers. */
function LineFigure({ id, title, note, values, domain, print, middle, width, rows }: LineProps) {
  const x = scaleLinear(domain, [side, width - side]).nice(4);
  const ticks = x.ticks(4);
  const decimals = tickDecimals(ticks);
  const end = (value: number | undefined): string => print(value ?? NaN, 2);
  return (
    <JourneyFigure
      id={id}
      width={width}
      rows={rows}
      title={title}
      notes={[note]}
      summary={l10n.t('{0} before the layers, {1} after the last layer.', end(values[0]), end(values.at(-1)))}
      axis={{ x, ticks, name: (value) => print(value, decimals), middle }}
      below={6}
    >
      <polyline class="ink" points={downwards(values, x)} />
      {rows.lit !== null && <circle cx={x(values[rows.lit] ?? 0)} cy={rowMiddle(rows.lit)} r={2.5} />}
    </JourneyFigure>
  );
}

interface ChartsProps {
  readonly residuals: TwoResiduals;
  /** As in `data-picture`. */
  readonly name: string;
  readonly title: string;
  /** What the numbers are of, if not of the plain run. */
  readonly of?: OwnRun;
}

/** The angle between two residuals and the ratio of their sizes, layer by layer. A layer’s number opens A’s. */
export function ResidualCharts({ residuals: two, name, title, of }: ChartsProps) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const [lit, setLit] = useState<number | null>(null);
  const { position, hiddenAngle, residualSize, residualAngle } = two;
  const ratios = ratiosOf(two);
  const residuals = ratios.length;
  const { rows, roving, onChoose } = useLayerRows({ residuals, lit, onLight: setLit, position });
  const room = Math.floor((width - layerWidth) / (residualAngle ? 2 : 1)) - betweenCharts;
  const finite = ratios.filter(Number.isFinite);
  const ofLayer = (layer: number): string => {
    const sizes = l10n.t('‖r‖ {0} in A and {1} in B', size(residualSize[0][layer]), size(residualSize[1][layer]));
    const apart = residualAngle && l10n.t('{0} apart', degrees(residualAngle[layer]));
    return [residualPlace(layer), apart, sizes].filter(Boolean).join(' · ');
  };
  return (
    <div ref={ref}>
      {width > 0 && (
        <div class="journey-line" data-picture={name} onMouseLeave={() => setLit(null)}>
          <LayerNumbers rows={rows} roving={roving} onChoose={onChoose} />
          {residualAngle && (
            <LineFigure
              id="both-angle"
              title={l10n.t('Angle, A to B')}
              note={hiddenAngle === null ? '' : l10n.t('of h: {0}', degrees(hiddenAngle))}
              values={Array.from(residualAngle)}
              domain={[0, Math.max(max(residualAngle) ?? 0, 1)]}
              print={(value, decimals) => `${fixed(value, decimals)}°`}
              middle={-1}
              width={room}
              rows={rows}
            />
          )}
          <LineFigure
            id="both-ratio"
            title={l10n.t('Size, B ÷ A')}
            note={l10n.t('1: equal')}
            values={ratios}
            domain={[Math.min(...finite, 0.98), Math.max(...finite, 1.02)]}
            print={fixed}
            middle={1}
            width={room}
            rows={rows}
          />
        </div>
      )}
      <p class="note" data-fact="layer" data-layer={lit ?? ''}>
        {lit === null ? l10n.t('Point at a layer to read its numbers, or move with the arrow keys.') : ofLayer(lit)}
      </p>
      <Behind
        name={name}
        title={title}
        table={() => ({ ...residualsTable(two, l10n), row: (at) => ({ class: at === lit ? 'lit' : undefined }) })}
        of={of}
      />
    </div>
  );
}
