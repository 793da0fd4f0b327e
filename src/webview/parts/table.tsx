import type { ComponentChildren } from 'preact';
import { type Cell, inOrder, isToken, type Order } from '../../shared/columns';
import { count, raw } from '../../shared/format';
import { useAct } from '../actions';
import { Chunks } from './chunks';
import { type Attributes, type Column, nextOrder, orderKey, type TableData } from './columns';
import { useRemembered } from './remembered';
import { gridStep, useRoving } from './roving';
import { TokenText } from './text';
import { tokenLabel } from './words';

export interface TableProps<R> extends TableData<R> {
  readonly name?: string | undefined;
  /** Accessible name, where no heading above says it. */
  readonly label?: string | undefined;
  /** Id of the chosen token. */
  readonly chosen?: number | undefined;
  readonly row?: (row: R, index: number) => Attributes;
  /** Makes the tokens in its cells buttons that choose them. */
  readonly chooses?: boolean;
  /** A click anywhere in a row presses its first button. */
  readonly pressesRows?: boolean;
  /** `data-` attributes of the table. */
  readonly data?: Attributes;
  /** A row above the heads. */
  readonly above?: ComponentChildren;
  readonly heads?: Attributes;
  readonly isHeadless?: boolean;
  /** The tab stop of several tables that share one. */
  readonly item?: ReturnType<typeof useRoving>['item'];
  /** Draws only the rows near the window. They come in the reader's order, since to order thousands takes long. */
  readonly inChunks?: boolean;
  /** A part below a row, as wide as the table. */
  readonly below?: (row: R) => ComponentChildren;
  /** Where a key leads from the button of a row, if not as in other tables. */
  readonly step?: (key: string, line: number) => number | null;
  /** Rows below all others. */
  readonly foot?: ComponentChildren;
  /** Stands before the heads: a caption, the widths of columns. */
  readonly children?: ComponentChildren;
}

const classes = (...names: readonly (string | false | undefined)[]): string | undefined =>
  names.filter(Boolean).join(' ') || undefined;

function drawnValue(cell: Cell, print: (value: number) => string, chosen: number | undefined): ComponentChildren {
  if (cell === undefined) return null;
  if (cell === null) return '–';
  if (typeof cell === 'number') return print(cell);
  if (typeof cell === 'string') return cell;
  return isToken(cell) ? <TokenText token={cell} chosen={cell.id === chosen} /> : cell.label;
}

/** How many columns each head spans; 0 for a column that the head before it spans. */
const spansOf = (columns: readonly { readonly head?: ComponentChildren }[]): readonly number[] =>
  columns.map(({ head }, at) => {
    if (head === null) return 0;
    const next = columns.findIndex((one, later) => later > at && one.head !== null);
    return (next < 0 ? columns.length : next) - at;
  });

/** A click beside the button of a row. One that ends the selection of some text is none. */
function pressRow({ target, currentTarget }: MouseEvent): void {
  if (!(target instanceof Element && currentTarget instanceof Element) || target.closest('button, .button')) return;
  if (getSelection()?.isCollapsed !== false) currentTarget.querySelector('button')?.click();
}

/** A table of the page. Its columns say what is drawn and what is copied of them. */
export function Table<R>(props: TableProps<R>) {
  const { columns, rows, order: kept, name, label, chosen, chooses, row: ofRow, pressesRows, data } = props;
  const { above, heads, isHeadless, inChunks = false, below, step, foot, item, children } = props;
  const act = useAct();
  const [order, setOrder] = useRemembered<Order | null>(orderKey(kept), null);
  const drawn = columns.filter(({ head }) => head !== undefined);
  const pressed = drawn.filter(
    ({ press, value }) => press ?? (chooses && rows.some((row, index) => isToken(value?.(row, index)))),
  );
  const items = pressed.length * rows.length;
  const roving = useRoving(
    items,
    0,
    (key, at) => step?.(key, at) ?? gridStep(key, at, { count: items, rows: rows.length }),
  );
  const itemAt = item ?? roving.item;
  const spans = spansOf(drawn);
  const namesRows = Math.max(
    0,
    drawn.findIndex(({ names }) => names),
  );
  const named = drawn.map(({ name: own, print, value }) =>
    classes((print ?? rows.some((row, index) => typeof value?.(row, index) === 'number')) && 'number', own),
  );
  /** The key that a column's head orders by. */
  const orderedBy = ({ key, sorts }: Column<R>): string | undefined => (sorts && kept !== undefined ? key : undefined);
  const firstOf = ({ sorts }: Column<R>): Order['direction'] => (sorts === 'descending' ? sorts : 'ascending');
  const innerHead = (column: Column<R>): ComponentChildren => {
    const key = orderedBy(column);
    if (key === undefined) return column.head;
    return (
      <button type="button" class="sort" onClick={() => setOrder(nextOrder(key, order, firstOf(column)))}>
        {column.head}
      </button>
    );
  };
  const inner = (column: Column<R>, value: Cell, row: R, index: number, line: number): ComponentChildren => {
    const { draw, print = count, text, press, button } = column;
    const content = draw?.(row, index) ?? drawnValue(value, text ? () => text(row) : print, chosen);
    const choice = chooses && isToken(value) ? () => act.post({ type: 'chooseToken', id: value.id }) : undefined;
    const onClick = press && (value ?? null) !== null ? () => press(row) : choice;
    if (!onClick) return content;
    return (
      <button
        type="button"
        class={isToken(value) ? 'token-button' : 'text-link'}
        aria-label={isToken(value) ? tokenLabel(value) : undefined}
        onClick={onClick}
        {...button?.(row)}
        {...itemAt(pressed.indexOf(column) * rows.length + line)}
      >
        {content}
      </button>
    );
  };
  const cells = (row: R, index: number, line: number): ComponentChildren =>
    drawn.map((column, at) => {
      const value = column.value?.(row, index);
      const { class: own, ...others } = column.cell?.(row, index) ?? {};
      const attributes = {
        class: classes(named[at], column.cells, own),
        'data-value': typeof value === 'number' ? raw(value) : undefined,
        ...others,
      };
      const content = inner(column, value, row, index, line);
      return at === namesRows ? (
        <th scope="row" {...attributes}>
          {content}
        </th>
      ) : (
        <td {...attributes}>{content}</td>
      );
    });
  const drawnRow = ({ row, index }: { readonly row: R; readonly index: number }, line: number): ComponentChildren => {
    const part = below?.(row);
    return (
      <>
        <tr {...ofRow?.(row, index)} {...(pressesRows && { onClick: pressRow })}>
          {cells(row, index, line)}
        </tr>
        {part && (
          <tr class="below-row">
            <td colSpan={drawn.length}>{part}</td>
          </tr>
        )}
      </>
    );
  };
  return (
    <table class={name} aria-label={label} {...data} {...(items > 0 && !item ? roving.group : {})}>
      {children}
      <thead class={isHeadless ? 'hidden' : undefined}>
        {above}
        <tr {...heads}>
          {drawn.map((column, at) => {
            const { head, th: { class: own, ...others } = {} } = column;
            const key = orderedBy(column);
            const span = spans[at] ?? 1;
            if (span === 0) return null;
            if (head === '') return <td class={named[at]} />;
            return (
              <th
                scope="col"
                class={classes(named[at], own)}
                colSpan={span > 1 ? span : undefined}
                aria-sort={key === undefined ? undefined : order?.key === key ? order.direction : 'none'}
                {...others}
              >
                {innerHead(column)}
              </th>
            );
          })}
        </tr>
      </thead>
      {inChunks ? (
        <Chunks
          rows={rows.length}
          columns={drawn.length}
          kept={items > 0 ? roving.at % rows.length : null}
          draw={(from, to) =>
            rows.slice(from, to).map((row, line) => drawnRow({ row, index: from + line }, from + line))
          }
        />
      ) : (
        <tbody>{inOrder(props, order).map(drawnRow)}</tbody>
      )}
      {foot && <tfoot>{foot}</tfoot>}
    </table>
  );
}

/** A bar for a share from 0 to 1. Screen readers get the number beside it instead. */
export const barColumn = <R,>(share: (row: R) => number, head: ComponentChildren = ''): Column<R> => ({
  head,
  cells: 'bar-cell',
  cell: () => ({ 'aria-hidden': 'true' }),
  draw: (row) => <span class="bar" style={{ width: `${(100 * share(row)).toFixed(2)}%` }} />,
});

/** The row of a token. */
export const tokenRow = ({ id }: { readonly id: number }, chosen: number | undefined): Attributes => ({
  class: id === chosen ? 'query' : undefined,
  'data-id': id,
});
