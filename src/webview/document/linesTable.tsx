import * as l10n from '@vscode/l10n';
import { useMemo } from 'preact/hooks';
import type { SurprisingToken } from '../../shared/document/view';
import { bits, signed, count, probability } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import type { Actions } from '../actions';
import { copiedRows, type TableData, type Column } from '../parts/columns';
import { Copy } from '../parts/copy';
import { Fold } from '../parts/fold';
import { useRememberedOf } from '../parts/remembered';
import { passFocus } from '../parts/roving';
import { Table } from '../parts/table';
import { TextLink, TokenText } from '../parts/text';
import { Toggles } from '../parts/toggles';
import { visibleText } from '../parts/words';
import { perplexity, lineNumber } from './finding';
import { fewestTokens, type MeasuredLine, ranks, type LinesProps, type DocumentProps } from './lines';

/** Rows that are drawn at first. */
const fewest = 10;

const encoder = new TextEncoder();

const tokenOf = ({ text }: SurprisingToken) => ({ bytes: [...encoder.encode(text)] });

/** A token in its line. */
const InLine = ({ token }: { readonly token: SurprisingToken }) => (
  <>
    <span class="before">
      <bdi>{visibleText(token.before)}</bdi>
    </span>
    <TokenText token={tokenOf(token)} named={false} />
    <span class="after">
      <bdi>{visibleText(token.after)}</bdi>
    </span>
  </>
);

export function surprisingTable(rows: readonly SurprisingToken[], act: Actions): TableData<SurprisingToken> {
  const copied = (place: number): readonly Column<SurprisingToken>[] => [
    { key: `expected ${place + 1}`, value: ({ expected }) => expected[place]?.token },
    { key: `its probability`, value: ({ expected }) => expected[place]?.probability },
  ];
  return {
    rows,
    columns: [
      { key: 'line', head: l10n.t('line'), name: 'line', value: ({ line }) => line + 1 },
      {
        key: 'token',
        head: l10n.t('token in its line'),
        name: 'place',
        value: (token) => plainToken(tokenOf(token)),
        draw: (token) => <InLine token={token} />,
        press: ({ start, end }) => act.post({ type: 'revealInDocument', start, end }),
        button: ({ before, text, after }) => ({
          class: 'document-place mono',
          title: visibleText(`${before}${text}${after}`),
        }),
      },
      { key: 'before it', value: ({ before }) => before },
      { key: 'after it', value: ({ after }) => after },
      { key: 'surprisal (bits)', head: l10n.t('surprisal'), value: ({ surprisal }) => surprisal, print: bits },
      {
        head: l10n.t('expected instead'),
        name: 'expected',
        cells: 'clip',
        cell: ({ expected }) => ({
          title: expected
            .map(({ token, probability: share }) => `${plainToken(token)} ${probability(share)}`)
            .join('  '),
        }),
        draw: ({ expected }) =>
          expected.map(({ token, probability: share }, place) => (
            <span class={place === 0 ? 'likeliest' : 'quiet wide-only'}>
              <TokenText token={token} /> <span class="small quiet">{probability(share)}</span>
            </span>
          )),
      },
      ...[0, 1, 2].flatMap(copied),
    ],
  };
}

/** The most surprising tokens of the document, each a click away from its place. */
export function Surprising({ document: { surprising, uri }, act }: DocumentProps) {
  const [isWhole, setWhole] = useRememberedOf('surprising tokens', [uri], false);
  if (surprising.length === 0) return null;
  const title = l10n.t('The most surprising tokens');
  const drawn = isWhole ? surprising : surprising.slice(0, fewest);
  return (
    <Fold name="surprising" summary={<h3>{title}</h3>}>
      {() => (
        <>
          <Copy name={title} tables={() => [copiedRows(surprisingTable(surprising, act))]} of="document" />
          <Table
            {...surprisingTable(drawn, act)}
            name="fixed pressed document-surprising"
            label={title}
            pressesRows
            row={({ line, start }) => ({ 'data-line': lineNumber(line), 'data-start': start })}
          />
          <More left={surprising.length - drawn.length} step={surprising.length} onMore={() => setWhole(true)} />
        </>
      )}
    </Fold>
  );
}

interface MoreProps {
  /** Rows that are not drawn yet. */
  readonly left: number;
  readonly step: number;
  readonly onMore: () => void;
}

/** Draws more rows of the table before it. */
export function More({ left, step, onMore }: MoreProps) {
  if (left <= 0) return null;
  return (
    <TextLink
      class="text-link above"
      onClick={(event) => {
        if (left <= step) passFocus(event, '.fold', '[data-roving][tabindex="0"]');
        onMore();
      }}
    >
      {l10n.t('Show {0} more', count(Math.min(left, step)))}
    </TextLink>
  );
}

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
            <Copy name={l10n.t('Lines')} tables={() => [copiedRows(linesTable(lines, act))]} of="document" />
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
