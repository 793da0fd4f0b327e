import * as l10n from '@vscode/l10n';
import { useMemo } from 'preact/hooks';
import { bits } from '../../shared/format';
import type { Actions } from '../actions';
import { copiedRows, type TableData } from '../parts/columns';
import { Copy } from '../parts/copy';
import { useRememberedOf } from '../parts/remembered';
import { Table } from '../parts/table';
import { Toggles } from '../parts/toggles';
import { perplexity } from './finding';
import { byBits, fewestTokens, type MeasuredLine } from './lines';
import { More } from './more';
import type { LinesProps } from './props';

type Order = 'most' | 'document';

/** Rows that are drawn at first, and with every press of the button below. */
const atFirst: Readonly<Record<Order, number>> = { most: 10, document: 100 };
const step = 100;

export const linesTable = (rows: readonly MeasuredLine[], act: Actions): TableData<MeasuredLine> => ({
  rows,
  columns: [
    {
      key: 'line',
      head: l10n.t('line'),
      value: ({ line }) => line + 1,
      press: ({ start, end }) => act.post({ type: 'revealInDocument', start, end }),
    },
    { key: 'tokens', head: l10n.t('tokens'), value: ({ tokens }) => tokens },
    { key: 'bits', head: l10n.t('bits'), value: (row) => row.bits, print: bits },
    {
      key: 'bits a character',
      head: l10n.t('bits a character'),
      value: ({ bitsPerCharacter }) => bitsPerCharacter,
      print: bits,
    },
    { key: 'perplexity', head: l10n.t('perplexity'), value: (row) => row.perplexity, print: perplexity },
  ],
});

/** The numbers of the lines: at first of those with the most bits a character. */
export function LinesTable({ document: { uri }, lines, act }: LinesProps) {
  const [order, setOrder] = useRememberedOf<Order>('order of lines', [uri], 'most');
  const [rows, setRows] = useRememberedOf('rows of lines', [uri, order], atFirst[order]);
  const ordered = useMemo(() => (order === 'most' ? lines.toSorted(byBits) : lines), [lines, order]);
  return (
    <div class="document-part">
      <div class="table-head">
        <h3>{l10n.t('Lines')}</h3>
        <span class="document-controls">
          <Toggles
            label={l10n.t('Order of the lines')}
            options={[
              ['most', l10n.t('most bits a character')],
              ['document', l10n.t('in order')],
            ]}
            value={order}
            onChoose={setOrder}
          />
          <Copy
            label={l10n.t('Copy all lines as a table')}
            copied={l10n.t('Copied all lines')}
            tables={() => [copiedRows(linesTable(lines, act))]}
            of="document"
            act={act}
          />
        </span>
      </div>
      <Table
        {...linesTable(ordered.slice(0, rows), act)}
        name="document-lines"
        label={l10n.t('Lines')}
        pressesRows
        row={({ line }) => ({ 'data-line': line + 1 })}
      />
      <More left={lines.length - rows} step={step} onMore={() => setRows(rows + step)} />
      {order === 'most' && lines.some(({ isShort }) => isShort) && (
        <p class="note">{l10n.t('Lines of fewer than {0} tokens come after all others.', fewestTokens)}</p>
      )}
    </div>
  );
}
