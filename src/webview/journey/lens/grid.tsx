import * as l10n from '@vscode/l10n';
import type { ComponentChildren, VNode } from 'preact';
import { raw } from '../../../shared/format';
import type { LensColouring } from '../../../shared/instruments';
import type { LensStage, LensStep } from '../../../shared/layers';
import type { PlacedText } from '../../../shared/place';
import { stepName } from '../../parts/layers';
import { memoised } from '../../parts/memo';
import { placeName, shortPlace } from '../../parts/place';
import { TokenText } from '../../parts/text';
import type { Names } from '../../parts/vocabulary';
import { tokenLabel } from '../../parts/words';
import { layerClass } from '../charts';
import { layerWidth } from '../figure';
import { type CellAt, quantities, lensStrength } from './colouring';
import type { useScrolledGrid } from './scrolledGrid';

const characterWidth = 6.6;

/** A cell of a grid of positions, as it is drawn. */
interface PositionCell {
  /** Begins with the visible text, by which voice control finds the cell. */
  readonly label: string;
  readonly title?: string;
  /** Further classes. */
  readonly name?: string;
  readonly id?: number | undefined;
  readonly value: number | null;
  /** Strength of the colour, 0 … 1. */
  readonly strength: number;
  readonly isOpen: boolean;
  readonly content: ComponentChildren;
}

interface GridRow {
  readonly layer: number;
  readonly after?: LensStage;
  readonly head: string;
  /** The head in words. */
  readonly label?: string;
}

interface ColumnProps {
  /** The positions to draw. */
  readonly columns: readonly number[];
  readonly columnWidth: number;
  /** Number of positions. */
  readonly count: number;
}

interface CellsProps {
  readonly cell: (row: number, position: number) => PositionCell;
  readonly onOpen: (row: number, position: number) => void;
}

interface RowProps extends ColumnProps, CellsProps {
  readonly row: GridRow;
  /** Index of the row, and number of rows. */
  readonly index: number;
  readonly rows: number;
  readonly lit: boolean;
  /** Position of the tab stop; `null` if it is in another row. */
  readonly stop: number | null;
}

/** One row of a grid of positions: a cell for each drawn position. */
export const PositionsRow = memoised((props: RowProps): VNode => {
  const { row, index, rows, lit, stop, columns, count, columnWidth, cell, onOpen } = props;
  const { layer, after, head, label: headLabel } = row;
  return (
    <div
      role="row"
      class="lens-row"
      aria-rowindex={index + 2}
      data-layer={layer}
      data-after={after}
      style={{ width: `${layerWidth + count * columnWidth}px` }}
    >
      {columns.map((position) => {
        const { label, title, name = '', id, value, strength, isOpen, content } = cell(index, position);
        return (
          <button
            key={position}
            type="button"
            role="gridcell"
            class={`grid-cell lens-cell ${name}`.trim()}
            aria-colindex={position + 2}
            aria-label={label}
            aria-selected={isOpen}
            title={title}
            data-position={position}
            data-roving={position * rows + index}
            data-id={id}
            data-value={raw(value)}
            tabIndex={stop === position ? 0 : -1}
            style={{
              left: `${layerWidth + position * columnWidth}px`,
              width: `${columnWidth - 1}px`,
              '--strength': strength.toFixed(3),
            }}
            onClick={() => onOpen(index, position)}
          >
            {content}
          </button>
        );
      })}
      {/* Drawn last, so that it covers the cells that scroll below it. */}
      <span
        role="rowheader"
        class={after === 'layer' ? layerClass(layer, lit ? layer : null) : 'layer-number'}
        aria-colindex={1}
        aria-label={headLabel}
      >
        {head}
      </span>
    </div>
  );
});

interface PositionsGridProps extends CellsProps, Pick<ColumnProps, 'count'> {
  readonly labelledBy: string;
  readonly text: PlacedText;
  /** The chosen position. */
  readonly position: number | null;
  readonly grid: ReturnType<typeof useScrolledGrid>;
  readonly rows: readonly GridRow[];
  /** Id of the chosen token. */
  readonly chosen?: number | undefined;
  /** The layer that is lit in the charts beside. */
  readonly lit?: number | null;
  readonly onLight?: (layer: number | null) => void;
}

const layerOf = ({ target }: Event): number | null => {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-layer]') : null;
  return row ? Number(row.dataset['layer']) : null;
};

/** A grid with a column for each position, which scrolls sideways below its head. */
export function PositionsGrid(props: PositionsGridProps) {
  const { labelledBy, grid, text, count, rows, position, chosen, cell, onOpen, lit, onLight } = props;
  const { box, scrolled, onScroll, columnWidth, columns, roving, stop } = grid;
  const shared = { columns, columnWidth, count };
  // `position 5` above a column or, if it is narrow, `5`.
  const inWords = placeName(text, count - 1).length * characterWidth + 8 <= columnWidth;
  return (
    <div
      role="grid"
      aria-labelledby={labelledBy}
      aria-rowcount={rows.length + 1}
      aria-colcount={count + 1}
      onMouseOver={(event) => onLight?.(layerOf(event))}
      onMouseLeave={() => onLight?.(null)}
      {...roving.group}
      onFocusOut={() => onLight?.(null)}
      onFocusIn={(event) => {
        roving.group.onFocusIn(event);
        onLight?.(layerOf(event));
      }}
    >
      <div role="row" class="lens-head" aria-rowindex={1}>
        {columns.map((index) => {
          const token = text.tokens[index];
          return (
            <span
              key={index}
              role="columnheader"
              aria-colindex={index + 2}
              class={`small quiet lens-position${index === position ? ' current' : ''}`}
              // The head sticks to the window, so it does not scroll by itself.
              style={{ left: `${layerWidth + index * columnWidth - scrolled}px`, width: `${columnWidth - 1}px` }}
            >
              {token && <TokenText token={token} chosen={token.id === chosen} named={false} />}
              <span>{(inWords ? placeName : shortPlace)(text, index)}</span>
            </span>
          );
        })}
        {/* Drawn last, so that it covers the cells that scroll below it. */}
        <span role="columnheader" class="lens-corner" aria-colindex={1}>
          <span class="hidden">{l10n.t('layer')}</span>
        </span>
      </div>
      <div role="rowgroup" class="lens-box" data-cut ref={box} onScroll={onScroll}>
        {rows.map((row, index) => (
          <PositionsRow
            key={`${row.layer} ${row.after}`}
            {...shared}
            row={row}
            index={index}
            rows={rows.length}
            lit={row.after === 'layer' && lit === row.layer}
            stop={stop.row === index ? stop.position : null}
            cell={cell}
            onOpen={onOpen}
          />
        ))}
      </div>
    </div>
  );
}

interface LensCells extends Pick<ColumnProps, 'columnWidth'> {
  readonly steps: readonly LensStep[];
  readonly numbers: boolean;
  readonly cellAt: CellAt;
  readonly names: Names | null;
  readonly colouring: LensColouring;
  readonly vocabulary: number;
  readonly chosen: number | undefined;
  readonly isOpen: (step: LensStep, position: number) => boolean;
  /** The name of a position. */
  readonly placeOf: (position: number) => string;
}

/** The cells of the lens: the likeliest token, and the number that colours it. */
export const lensCells =
  ({ steps, columnWidth, numbers, cellAt, names, colouring, vocabulary, chosen, isOpen, placeOf }: LensCells) =>
  (row: number, position: number): PositionCell => {
    const step = steps[row] ?? { layer: 0, after: 'layer' };
    const known = names && cellAt(step.layer, position, step.after);
    const top = known?.top[0];
    const token = top && names ? names.token(top.id) : null;
    const { of, print, name } = quantities[colouring];
    const value = known ? of(known) : null;
    const place = l10n.t('{0}, {1}', stepName(step), placeOf(position));
    return {
      label: token
        ? l10n.t('{0}, {1} {2}, {3}', tokenLabel(token), print(value), name(), place)
        : l10n.t('not known yet, {0}', place),
      id: top?.id,
      value,
      strength: lensStrength(colouring, value, vocabulary),
      isOpen: isOpen(step, position),
      content: token && (
        <>
          <TokenText token={token} chosen={token.id === chosen} named={columnWidth > 60} />{' '}
          {numbers && <span class="lens-number">{print(value)}</span>}
        </>
      ),
    };
  };
