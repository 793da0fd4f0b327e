import * as l10n from '@vscode/l10n';
import type { SurprisingToken } from '../../shared/document/view';
import { bits, probability } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import type { Actions } from '../actions';
import { copiedRows, type Column, type TableData } from '../parts/columns';
import { Copy } from '../parts/copy';
import { Fold } from '../parts/fold';
import { useRememberedOf } from '../parts/remembered';
import { Table } from '../parts/table';
import { TokenText } from '../parts/text';
import { visibleText } from '../parts/words';
import { lineNumber } from './finding';
import { More } from './more';
import type { DocumentProps } from './props';

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
          <Copy name={title} tables={() => [copiedRows(surprisingTable(surprising, act))]} of="document" act={act} />
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
