import * as l10n from '@vscode/l10n';
import { count, raw } from '../../shared/format';
import { hiddenNote } from '../parts/fragments';
import { gridStep, useRoving } from '../parts/roving';
import { TokenText } from '../parts/text';
import { tokenLabel } from '../parts/words';
import { type Cell, type Column, type DataTable, isToken, withoutFragments } from './data';
import type { ResultContext } from './page';

interface TableProps {
  readonly table: DataTable;
  readonly label: string;
  readonly chosen: number | undefined;
  /** Makes every token a button; all of them share one tab stop. */
  readonly onChoose?: (id: number) => void;
}

const print = ({ print: printed }: Column, value: number): string => (printed ?? count)(value);

/** A table of numbers, labels and tokens. */
export function Table({ table: { columns, rows }, label, chosen, onChoose }: TableProps) {
  const tokenColumns = columns
    .map((_, column) => column)
    .filter((column) => rows.some((row) => isToken(row[column] ?? null)));
  const items = tokenColumns.length * rows.length;
  const roving = useRoving(items, 0, (key, at) => gridStep(key, at, { count: items, rows: rows.length }));
  const classOf = (column: number): string =>
    [
      !tokenColumns.includes(column) && rows.some((row) => typeof row[column] === 'number') && 'number',
      tokenColumns.includes(column) && 'name',
      columns[column]?.minor && 'minor',
      columns[column]?.key === '#' && 'rank',
    ]
      .filter(Boolean)
      .join(' ');
  const inner = (cell: Cell, column: number, row: number) => {
    const about = columns[column];
    if (cell === null || !about) return '–';
    if (typeof cell === 'number') return print(about, cell);
    if (!isToken(cell)) return cell.label;
    const text = <TokenText token={cell} chosen={cell.id === chosen} />;
    if (!onChoose) return text;
    return (
      <button
        type="button"
        class="token-button"
        aria-label={tokenLabel(cell)}
        onClick={() => onChoose(cell.id)}
        {...roving.item(tokenColumns.indexOf(column) * rows.length + row)}
      >
        {text}
      </button>
    );
  };
  return (
    <table class="lab-table" aria-label={label} {...(onChoose ? roving.group : {})}>
      <thead>
        <tr>
          {columns.map((column, index) => (
            <th scope="col" class={classOf(index)}>
              {column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr>
            {row.map((cell, column) => (
              <td
                class={classOf(column)}
                data-value={typeof cell === 'number' ? raw(cell) : undefined}
                data-id={isToken(cell) ? cell.id : undefined}
              >
                {inner(cell, column, index)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Most rows that a list draws. Copies and exports have all. */
const drawn = 20;

interface ListProps {
  readonly title: string;
  readonly table: DataTable;
  readonly context: ResultContext;
}

/** A list of tokens to choose from, with a note about the rows that it leaves out. */
export function TokenList({ title, table, context: { view, chosen, act } }: ListProps) {
  const first = { ...table, rows: table.rows.slice(0, drawn) };
  const shown = view.hideFragments ? withoutFragments(first) : first;
  const hidden = hiddenNote(first.rows.length - shown.rows.length, first.rows.length);
  const left = table.rows.length - first.rows.length;
  return (
    <div class="lab-list">
      <h3>{title}</h3>
      {shown.rows.length > 0 && (
        <Table table={shown} label={title} chosen={chosen} onChoose={(id) => act.post({ type: 'chooseToken', id })} />
      )}
      {left > 0 && <p class="note">{l10n.t('The first {0} of {1}.', count(drawn), count(table.rows.length))}</p>}
      {hidden !== null && (
        <p class="note" data-note="hidden">
          {hidden}
        </p>
      )}
    </div>
  );
}
