import * as l10n from '@vscode/l10n';
import { count } from '../../shared/format';
import { hiddenNote } from '../parts/fragments';
import type { ResultContext } from './context';
import { type DataTable, withoutFragments } from './data';
import { Table } from './table';

/** Rows that are drawn; the others are in what is copied and exported. */
const most = 20;

interface ListProps {
  readonly title: string;
  readonly table: DataTable;
  readonly context: ResultContext;
  /** What it says where it has no row. */
  readonly empty?: string;
}

/** A list of tokens, each of which can be chosen; it says what it leaves out. */
export function TokenList({ title, table, context: { view, chosen, act }, empty }: ListProps) {
  const first = { ...table, rows: table.rows.slice(0, most) };
  const shown = view.hideFragments ? withoutFragments(first) : first;
  const hidden = hiddenNote(first.rows.length - shown.rows.length, first.rows.length);
  const left = table.rows.length - first.rows.length;
  return (
    <div class="lab-list">
      <h3>{title}</h3>
      {shown.rows.length > 0 && (
        <Table table={shown} label={title} chosen={chosen} onChoose={(id) => act.post({ type: 'chooseToken', id })} />
      )}
      {table.rows.length === 0 && empty !== undefined && <p class="note">{empty}</p>}
      {left > 0 && <p class="note">{l10n.t('The first {0} of {1}.', count(most), count(table.rows.length))}</p>}
      {hidden !== null && (
        <p class="note" data-note="hidden">
          {hidden}
        </p>
      )}
    </div>
  );
}
