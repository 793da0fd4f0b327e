import * as l10n from '@vscode/l10n';
import { raw } from '../../shared/format';
import type { PatchView } from '../../shared/instruments';
import type { Token } from '../../shared/tokens';
import { layerWidth } from '../journey/geometry';
import { LensHead } from '../journey/lens/grid';
import { useScrolledGrid } from '../journey/lens/scrolledGrid';
import { placeName } from '../parts/place';
import { useWidth } from '../parts/width';
import { tokenLabel } from '../parts/words';
import { patchedPart, share, shortRow } from './patchWords';

/** A smaller share is quiet. */
const faint = 0.03;

interface GridProps {
  readonly grid: PatchView;
  /** B’s tokens, and A’s at the corresponding positions. */
  readonly tokens: readonly Token[];
  readonly partners: readonly (Token | undefined)[];
  /** The position of B whose prediction is looked at. No later one can change it. */
  readonly last: number;
  readonly onOpen: (row: number, at: number) => void;
}

/** The share that comes back for every row and position of B. */
export function PatchGrid({ grid, tokens: all, partners, last, onOpen }: GridProps) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const count = last + 1;
  const rows = grid.rows.length;
  const text = { tokens: all, contextCount: 0 };
  const { box, scrolled, onScroll, columnWidth, columns, roving } = useScrolledGrid({
    ...{ count, rows, width, position: last, run: all },
  });
  const placeOf = (at: number): string => placeName(text, at);
  const cell = (row: number, at: number) => {
    const value = grid.rows[row]?.[at] ?? NaN;
    const isKnown = Number.isFinite(value);
    const hasPartner = partners[at] !== undefined;
    const where = l10n.t('{0}, {1}', patchedPart(grid, row), all[at] ? tokenLabel(all[at]) : placeOf(at));
    const label = isKnown
      ? `${share(value)}, ${where}`
      : !hasPartner
        ? l10n.t('no match in A, {0}', where)
        : grid.rows[row]
          ? l10n.t('no difference, {0}', where)
          : l10n.t('not known yet, {0}', where);
    return (
      <button
        key={at}
        type="button"
        role="gridcell"
        class={['lens-cell patch-cell', value < 0 && 'away', Math.abs(value) < faint && 'faint', !hasPartner && 'alone']
          .filter(Boolean)
          .join(' ')}
        aria-colindex={at + 2}
        aria-label={label}
        aria-selected={grid.open?.row === row && grid.open.at === at}
        title={label}
        data-position={at}
        data-value={raw(value)}
        style={{
          left: `${layerWidth + at * columnWidth}px`,
          width: `${columnWidth - 1}px`,
          '--strength': isKnown ? Math.min(Math.abs(value), 1).toFixed(3) : 0,
        }}
        onClick={() => isKnown && onOpen(row, at)}
        {...roving.item(at * rows + row)}
      >
        {isKnown && share(value)}
      </button>
    );
  };
  return (
    <div ref={ref}>
      <div
        role="grid"
        aria-labelledby="patch-title"
        aria-rowcount={rows + 1}
        aria-colcount={count + 1}
        {...roving.group}
      >
        <LensHead {...{ text, columns, columnWidth, count, scrolled, placeOf }} position={last} chosen={undefined} />
        <div role="rowgroup" class="lens-box" data-cut ref={box} onScroll={onScroll}>
          {grid.rows.map((_, row) => (
            <div
              role="row"
              class="lens-row"
              aria-rowindex={row + 2}
              data-layer={row}
              style={{ width: `${layerWidth + count * columnWidth}px` }}
            >
              {columns.map((at) => cell(row, at))}
              {/* Drawn last, so that it covers the cells that scroll below it. */}
              <span role="rowheader" class="layer-number" aria-colindex={1}>
                {shortRow(grid, row)}
              </span>
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
