import * as l10n from '@vscode/l10n';
import { count } from '../../shared/format';
import { hiddenNote } from '../parts/fragments';
import { Table } from '../parts/table';
import { type DataTable, tableData, withoutFragments } from './data';
import type { ResultContext } from './page';

interface LabTableProps {
  readonly table: DataTable;
  readonly label: string;
  readonly chosen: number | undefined;
  /** Makes every token a button. */
  readonly onChoose?: (id: number) => void;
}

/** A table of numbers, labels and tokens. */
export const LabTable = ({ table, label, chosen, onChoose }: LabTableProps) => (
  <Table {...tableData(table, onChoose)} name="lab-table" label={label} chosen={chosen} />
);

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
        <LabTable
          table={shown}
          label={title}
          chosen={chosen}
          onChoose={(id) => act.post({ type: 'chooseToken', id })}
        />
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
