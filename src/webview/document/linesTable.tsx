import * as l10n from '@vscode/l10n';
import { useMemo } from 'preact/hooks';
import { bits, signed } from '../../shared/format';
import type { Actions } from '../actions';
import { copiedRows, type TableData } from '../parts/columns';
import { Copy } from '../parts/copy';
import { Fold } from '../parts/fold';
import { useRememberedOf } from '../parts/remembered';
import { Table } from '../parts/table';
import { Toggles } from '../parts/toggles';
import { visibleText } from '../parts/words';
import { perplexity } from './finding';
import { fewestTokens, type MeasuredLine, ranks } from './lines';
import { More } from './more';
import type { LinesProps } from './props';

type Order = keyof typeof ranks | 'document';

/** Rows that are drawn at first, and with every press of the button below. */
const atFirst = (order: Order): number => (order === 'document' ? 100 : 10);
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
    {
      key: 'text',
      head: l10n.t('text'),
      cells: 'clip mono text',
      value: ({ text }) => text,
      cell: ({ text }) => ({ title: visibleText(text) }),
      draw: ({ text }) => <bdi>{visibleText(text) || '↵'}</bdi>,
    },
    { key: 'tokens', head: l10n.t('tokens'), name: 'wide-only', value: ({ tokens }) => tokens },
    { key: 'bits', head: l10n.t('bits'), value: (row) => row.bits, print: bits },
    { key: 'above average', head: l10n.t('above average'), value: ({ above }) => above, print: signed },
    { key: 'bits a token', head: l10n.t('bits a token'), name: 'wide-only', value: ({ mean }) => mean, print: bits },
    { key: 'bits a character', value: ({ bitsPerCharacter }) => bitsPerCharacter },
    { key: 'perplexity', head: l10n.t('perplexity'), value: (row) => row.perplexity, print: perplexity },
  ],
});

/** The lines with their numbers: at first those that stand out. */
export function LinesTable({ document: { uri, total }, lines, act }: LinesProps) {
  const [order, setOrder] = useRememberedOf<Order>('order of lines', [uri], 'above');
  const [rows, setRows] = useRememberedOf('rows of lines', [uri, order], atFirst(order));
  const ordered = useMemo(() => (order === 'document' ? lines : lines.toSorted(ranks[order])), [lines, order]);
  return (
    <Fold name="lines" summary={<h3>{l10n.t('Lines')}</h3>}>
      {() => (
        <>
          <div class="spread">
            <Toggles
              label={l10n.t('Order of the lines')}
              options={[
                ['above', l10n.t('above average')],
                ['bits', l10n.t('bits')],
                ['perplexity', l10n.t('perplexity')],
                ['document', l10n.t('in order')],
              ]}
              value={order}
              onChoose={setOrder}
            />
            <Copy name={l10n.t('Lines')} tables={() => [copiedRows(linesTable(lines, act))]} of="document" act={act} />
          </div>
          <Table
            {...linesTable(ordered.slice(0, rows), act)}
            name="fixed pressed document-lines"
            label={l10n.t('Lines')}
            pressesRows
            row={({ line }) => ({ 'data-line': line + 1 })}
          />
          <More left={lines.length - rows} step={step} onMore={() => setRows(rows + step)} />
          <p class="note">
            {order === 'above' &&
              l10n.t(
                'Above average: a line’s bits minus {0} for each of its tokens, the document’s mean.',
                bits(total.mean),
              )}
            {order === 'perplexity' &&
              l10n.t(
                'Perplexity is 2 to the bits a token, so both rank alike. Lines of fewer than {0} tokens come last.',
                fewestTokens,
              )}
          </p>
        </>
      )}
    </Fold>
  );
}
