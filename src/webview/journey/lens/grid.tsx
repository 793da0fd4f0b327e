import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { raw } from '../../../shared/format';
import type { LensColouring } from '../../../shared/instruments';
import type { LensStep } from '../../../shared/layers';
import type { Placed } from '../../../shared/place';
import { shortResidual } from '../../parts/layers';
import { memo } from '../../parts/memo';
import { shortPlace } from '../../parts/place';
import { TokenText } from '../../parts/text';
import type { Names } from '../../parts/vocabulary';
import { tokenLabel } from '../../parts/words';
import { layerClass } from '../charts';
import { layerWidth } from '../geometry';
import type { CellAt } from './cells';
import { quantities, strengthOf } from './colouring';
import { stepName } from './steps';

const characterWidth = 6.6;

interface ColumnProps {
  /** The positions to draw. */
  readonly columns: readonly number[];
  readonly columnWidth: number;
  /** Number of positions. */
  readonly count: number;
  /** Id of the chosen token. */
  readonly chosen: number | undefined;
  /** The name of a position. */
  readonly placeOf: (position: number) => string;
}

interface LensHeadProps extends ColumnProps {
  readonly text: Placed;
  /** The chosen position. */
  readonly position: number | null;
  /** Pixels by which the rows are scrolled sideways. The head sticks to the window, so it does not scroll by itself. */
  readonly scrolled: number;
}

/** The tokens above the columns, with `position 5` or, in narrow columns, `5`. */
export function LensHead({ text, columns, columnWidth, count, position, chosen, scrolled, placeOf }: LensHeadProps) {
  const inWords = placeOf(count - 1).length * characterWidth + 8 <= columnWidth;
  return (
    <div role="row" class="lens-head" aria-rowindex={1}>
      {columns.map((index) => {
        const token = text.tokens[index];
        return (
          <span
            key={index}
            role="columnheader"
            aria-colindex={index + 2}
            class={index === position ? 'lens-position current' : 'lens-position'}
            style={{ left: `${layerWidth + index * columnWidth - scrolled}px`, width: `${columnWidth - 1}px` }}
          >
            {token && <TokenText token={token} chosen={token.id === chosen} named={false} />}
            <span>{inWords ? placeOf(index) : shortPlace(text, index)}</span>
          </span>
        );
      })}
      {/* Drawn last, so that it covers the cells that scroll below it. */}
      <span role="columnheader" class="lens-corner" aria-colindex={1}>
        <span class="hidden">{l10n.t('layer')}</span>
      </span>
    </div>
  );
}

export interface RowProps extends ColumnProps {
  readonly step: LensStep;
  /** Index of the row, and number of rows. */
  readonly index: number;
  readonly rows: number;
  readonly lit: boolean;
  readonly numbers: boolean;
  readonly cellAt: CellAt;
  readonly names: Names | null;
  readonly colouring: LensColouring;
  readonly vocabulary: number;
  /** Position of the open cell and of the tab stop; `null` if they are in another layer. */
  readonly open: number | null;
  readonly stop: number | null;
  readonly onOpen: (step: LensStep, position: number) => void;
}

/** One row of the lens: a cell for each drawn position. */
export const LensRow = memo((props: RowProps): VNode => {
  const { step, index, lit, columns, count, columnWidth } = props;
  const { layer, after } = step;
  return (
    <div
      role="row"
      class="lens-row"
      aria-rowindex={index + 2}
      data-layer={layer}
      data-after={after}
      style={{ width: `${layerWidth + count * columnWidth}px` }}
    >
      {columns.map((position) => (
        <LensCell key={position} position={position} {...props} />
      ))}
      {/* Drawn last, so that it covers the cells that scroll below it. */}
      {after === 'layer' ? (
        <span role="rowheader" class={layerClass(layer, lit ? layer : null)} aria-colindex={1}>
          {shortResidual(layer)}
        </span>
      ) : (
        <span role="rowheader" class="layer-number" aria-colindex={1} aria-label={stepName(step)}>
          {l10n.t('mid')}
        </span>
      )}
    </div>
  );
});

function LensCell(props: RowProps & { readonly position: number }) {
  const { step, index, rows, position, columnWidth, names, colouring, placeOf } = props;
  const cell = names && props.cellAt(step.layer, position, step.after);
  const top = cell?.top[0];
  const token = top && names ? names.token(top.id) : null;
  const { of, print, name } = quantities[colouring];
  const quantity = cell ? of(cell) : null;
  const place = placeOf(position);
  // Voice control finds a cell by its visible text, so the name begins with the token and the number.
  const label = token
    ? l10n.t('{0}, {1} {2}, {3}, {4}', tokenLabel(token), print(quantity), name(), stepName(step), place)
    : l10n.t('not known yet, {0}', l10n.t('{0}, {1}', stepName(step), place));
  return (
    <button
      type="button"
      role="gridcell"
      class="lens-cell"
      aria-colindex={position + 2}
      aria-label={label}
      aria-selected={props.open === position}
      data-position={position}
      data-roving={position * rows + index}
      data-id={top?.id}
      data-value={raw(quantity)}
      tabIndex={props.stop === position ? 0 : -1}
      style={{
        left: `${layerWidth + position * columnWidth}px`,
        width: `${columnWidth - 1}px`,
        '--strength': strengthOf(colouring, quantity, props.vocabulary).toFixed(3),
      }}
      onClick={() => props.onOpen(step, position)}
    >
      {token && <TokenText token={token} chosen={token.id === props.chosen} named={columnWidth > 60} />}{' '}
      {token && props.numbers && <span class="lens-number">{print(quantity)}</span>}
    </button>
  );
}
