import type { ComponentChildren } from 'preact';
import { useAct } from '../actions';
import { gridStep, useRoving } from '../parts/roving';
import { Axis, Chart } from '../picture/chart';

/** Pixels. The charts and the lens share the row height, so that a layer is one row through all of them. */
export const rowHeight = 15;
/** The axis above the rows. */
export const axisHeight = 16;
/** The column of layer numbers. */
export const layerWidth = 28;

const pictures = ['angles', 'sizes', 'added', 'push'] as const;
type Picture = (typeof pictures)[number];

/** Shares of the width. */
const shares: Readonly<Record<Picture, number>> = { angles: 15, sizes: 11, added: 10, push: 12 };
export const betweenCharts = 16;
/** From this width on all charts are in one line, below it in two. */
const roomForAll = 460;

/** The charts in lines that fill a width, or the first alone. Each line begins with a column of layer numbers. */
export function pictureLines(width: number, hasAll: boolean) {
  const lines: readonly (readonly Picture[])[] = !hasAll
    ? [pictures.slice(0, 1)]
    : width >= roomForAll
      ? [pictures]
      : [pictures.slice(0, 2), pictures.slice(2)];
  return lines.map((line) => {
    const room = Math.max(width - layerWidth - betweenCharts * line.length, 0);
    const all = line.reduce((sum, picture) => sum + shares[picture], 0);
    return line.map((picture) => ({ picture, width: Math.floor((room * shares[picture]) / all) }));
  });
}

/** Upper edge of a layer's row. */
export const rowTop = (layer: number): number => axisHeight + layer * rowHeight;

export const rowMiddle = (layer: number): number => rowTop(layer) + rowHeight / 2;

/** The layer whose row is at `y`: 0 … `residuals` − 1. `null` above and below the rows. */
export function layerAt(y: number, residuals: number): number | null {
  const layer = Math.floor((y - axisHeight) / rowHeight);
  return layer >= 0 && layer < residuals ? layer : null;
}

/** The rows that all charts share, one for each residual. One may be lit. */
export interface LayerRows {
  readonly residuals: number;
  readonly lit: number | null;
  readonly onLight: (layer: number | null) => void;
  readonly onClickLayer: (layer: number) => void;
}

interface ShownLayers extends Pick<LayerRows, 'residuals' | 'lit' | 'onLight'> {
  /** Whose residual a layer’s number makes the axis of the vectorscope. */
  readonly position: number;
}

/** The rows of charts with one column of layer numbers, through which keys move. */
export function useLayerRows({ residuals, lit, onLight, position }: ShownLayers) {
  const act = useAct();
  const roving = useRoving(residuals, residuals - 1, (key, at) =>
    gridStep(key, at, { count: residuals, rows: residuals }),
  );
  const rows: LayerRows = { residuals, lit, onLight, onClickLayer: roving.focus };
  const onChoose = (layer: number): void => {
    act.post({ type: 'chooseAxis', axis: { kind: 'residual', position, layer } });
    act.goTo('vectorscope');
  };
  return { rows, roving, onChoose };
}

interface RowsAxis {
  /** Pixels from the left. */
  readonly x: (value: number) => number;
  readonly ticks: readonly number[];
  readonly name: (value: number) => string;
  /** The tick with the bold guide. */
  readonly middle?: number;
}

interface FigureProps {
  readonly id: string;
  readonly width: number;
  readonly rows: LayerRows;
  readonly title: ComponentChildren;
  /** Lines below the title. */
  readonly notes: readonly ComponentChildren[];
  readonly summary: string;
  readonly axis: RowsAxis;
  /** Pixels below the rows. */
  readonly below?: number;
  readonly children: ComponentChildren;
}

/** One chart: a title, an axis, and one row for each residual. */
export function JourneyFigure({ id, width, rows, title, notes, summary, axis, below = 0, children }: FigureProps) {
  const { residuals, lit, onLight, onClickLayer } = rows;
  const { x, ticks, name: tickName, middle } = axis;
  const layerOf = (event: MouseEvent): number | null =>
    event.currentTarget instanceof Element
      ? layerAt(event.clientY - event.currentTarget.getBoundingClientRect().top, residuals)
      : null;
  const onClick = (event: MouseEvent): void => {
    const layer = layerOf(event);
    if (layer !== null) onClickLayer(layer);
  };
  return (
    <div class="journey-figure" style={{ width: `${width}px` }}>
      <div class="journey-head">
        <h3 class="clip" id={`journey-${id}`}>
          {title}
        </h3>
        {notes.map((note) => (
          <div class="small quiet clip">{note}</div>
        ))}
      </div>
      <Chart
        heading={`journey-${id}`}
        summary={summary}
        width={width}
        height={rowTop(residuals) + below}
        onMouseMove={(event) => onLight(layerOf(event))}
        onClick={onClick}
      >
        <rect class="sense" width={width} y={rowTop(0)} height={residuals * rowHeight} />
        {lit !== null && <rect class="lit-row" width={width} y={rowTop(lit)} height={rowHeight} />}
        <g class="guide">
          {ticks.map((tick) => (
            <line
              class={tick === middle ? 'middle' : ''}
              x1={x(tick)}
              x2={x(tick)}
              y1={rowTop(0)}
              y2={rowTop(residuals)}
            />
          ))}
        </g>
        <Axis ticks={ticks} print={tickName} x={x} y={rowTop(0) - 4} width={width} />
        {children}
      </Chart>
    </div>
  );
}

/** A line down the layers, from row `first` on. It skips values that are not finite. */
export const downwards = (values: readonly number[], x: (value: number) => number, first = 0): string =>
  values
    .slice(first)
    .flatMap((value, index) => (Number.isFinite(value) ? [`${x(value).toFixed(1)},${rowMiddle(first + index)}`] : []))
    .join(' ');
