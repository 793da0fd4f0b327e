import { count, raw } from '../../shared/format';
import { tokenLabel } from '../parts/words';
import { gridStep, useRoving } from '../parts/roving';
import { TokenText } from '../parts/text';
import { type Cell, type Column, type DataTable, isToken } from './data';

interface TableProps {
  readonly table: DataTable;
  readonly label: string;
  readonly chosen: number | undefined;
  /** Makes tokens buttons, with one tab stop for all. */
  readonly onChoose?: (id: number) => void;
}

const print = ({ print: printed }: Column, value: number): string => (printed ?? count)(value);

/** A table of numbers, words and tokens. */
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
