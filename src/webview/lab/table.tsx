import * as l10n from '@vscode/l10n';
import { useState } from 'preact/hooks';
import { count } from '../../shared/format';
import type { ResultTable } from '../../shared/labColumns';
import { hiddenNote } from '../parts/fragments';
import { Table } from '../parts/table';
import { TextLink } from '../parts/text';
import { tableData, withoutFragments } from './data';
import type { ResultContext } from './page';

interface LabTableProps {
  readonly table: ResultTable;
  readonly context: Pick<ResultContext, 'act' | 'chosen'>;
}

/** A table of numbers, labels and tokens to choose from. */
export const LabTable = ({ table, context: { chosen } }: LabTableProps) => (
  <Table {...tableData(table)} name="dense lab-table" label={table.title ?? ''} chosen={chosen} chooses />
);

/** Rows that a list draws at first. Copies and exports have all. */
const drawn = 20;
/** Rows that a reader may add at once. */
const step = 100;

interface ListProps {
  readonly table: ResultTable;
  readonly context: ResultContext;
  /** Whether a reader can ask for more rows. */
  readonly grows?: boolean;
}

/** A list of tokens to choose from, with a note about the rows that it leaves out. */
export function TokenList({ table, context, grows = false }: ListProps) {
  const [most, setMost] = useState(drawn);
  const first = { ...table, rows: table.rows.slice(0, most) };
  const shown = context.view.hideFragments ? withoutFragments(first) : first;
  const hidden = hiddenNote(first.rows.length - shown.rows.length, first.rows.length);
  const left = table.rows.length - first.rows.length;
  return (
    <div class="lab-list">
      <h3>{table.title}</h3>
      {shown.rows.length > 0 && <LabTable table={shown} context={context} />}
      {left > 0 && (
        <p class="note">
          {l10n.t('The first {0} of {1}.', count(most), count(table.rows.length))}{' '}
          {grows && (
            <TextLink onClick={() => setMost(most + step)}>
              {l10n.t('Show {0} more', count(Math.min(left, step)))}
            </TextLink>
          )}
        </p>
      )}
      {hidden !== null && (
        <p class="note" data-note="hidden">
          {hidden}
        </p>
      )}
    </div>
  );
}
