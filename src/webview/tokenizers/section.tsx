import * as l10n from '@vscode/l10n';
import { greatest, groups, least } from 'd3-array';
import { cutTo } from '../../shared/codePoints';
import {
  costByLine,
  costByScript,
  cutsFinding,
  partAsToken,
  type PartCost,
  reasonWords,
  type Stretch,
  stretchesOf,
} from '../../shared/cutCosts';
import type { CutToken, Vocabularies } from '../../shared/cuts';
import { count, fixed, scriptName } from '../../shared/format';
import type { TokenizersView } from '../../shared/instruments';
import type { PanelState } from '../../shared/panel';
import { copiedRows, type TableData } from '../parts/columns';
import { Copy } from '../parts/copy';
import { Fold } from '../parts/fold';
import { memoised } from '../parts/memo';
import { tokenCount } from '../parts/numbers';
import { useInSight } from '../parts/sight';
import { Table } from '../parts/table';
import { TokenText, TextLink } from '../parts/text';
import type { Words } from '../parts/words';
import { Pending, type Section, type SectionProps } from '../section';

type Row = TokenizersView['rows'][number];
type ShownCuts = NonNullable<TokenizersView['cuts']>;

/** Lines and tokens of a list. */
const mostListed = 8;
/** Characters of a token in a list. */
const longestShown = 32;

/** What two cuts have come to, or which tokenizer needs fewest and most tokens. */
export function tokenizersFinding({ tokenizers }: Pick<PanelState, 'tokenizers'>): Words {
  if (!tokenizers) return [];
  const { rows, cuts } = tokenizers;
  const own = rows[0];
  if (cuts) return cutsFinding(cuts, l10n);
  const counted = rows.filter((row) => row.count !== null);
  const [fewest, most] = [least(counted, ({ count }) => count ?? 0), greatest(counted, ({ count }) => count ?? 0)];
  if (!own || own.count === null || !fewest || !most) return [];
  if (fewest.count === most.count) return [tokenCount(own.count)];
  return [
    l10n.t(
      '{0} cuts it into {1}. {2} needs fewest, {3}, and {4} most, {5}',
      ...[own.name, tokenCount(own.count), fewest.name, count(fewest.count), most.name, count(most.count)],
    ),
  ];
}

/** A tokenizer a row; a click puts its cut beside the model's. */
export function tokenizersTable(
  { rows, words: all, bytes, beside }: TokenizersView,
  act?: SectionProps['act'],
): TableData<Row> {
  return {
    columns: [
      { key: 'tokenizer', value: ({ name }) => name },
      {
        head: l10n.t('tokenizer'),
        name: 'name',
        names: true,
        // That of the model stands beside each of the others.
        value: ({ key }) => key || null,
        draw: ({ name }) => name,
        press: act && (({ key }) => act.post({ type: 'besideTokenizer', key: key === beside ? null : key })),
        button: ({ key }) => ({ 'aria-pressed': key === beside }),
      },
      { key: 'tokens', head: l10n.t('tokens'), cells: 'strong', value: (row) => row.count, print: count },
      {
        key: 'tokens a word',
        head: l10n.t('tokens a word'),
        value: (row) => (row.count === null || all === 0 ? null : row.count / all),
        print: (value) => fixed(value, 2),
      },
      {
        key: 'bytes a token',
        head: l10n.t('bytes a token'),
        name: 'not-tiny',
        value: (row) => (row.count ? bytes / row.count : null),
        print: (value) => fixed(value, 2),
      },
    ],
    rows,
  };
}

const Line = ({ side, tokens }: { readonly side: string; readonly tokens: readonly CutToken[] }) => (
  <span class="both-cut">
    <span class="hidden">{`${side}: `}</span>
    {tokens.map((token) => (
      <TokenText token={token} named={false} />
    ))}
  </span>
);

/** Two lines of tokens over one text, which wrap together. */
const Lines = memoised(({ stretches }: { readonly stretches: readonly Stretch[] }) => (
  <ol
    class="chips both-spans two-cuts"
    data-picture="tokenizers"
    tabIndex={0}
    aria-label={l10n.t('Both cuts, between common boundaries')}
  >
    <li class="quiet" aria-hidden="true">
      <span class="both-cut">A</span>
      <span class="both-cut">B</span>
    </li>
    {stretches.map(({ own, other, parting }) => (
      <li class={parting ? 'parted' : 'quiet'} title={parting ? reasonWords(parting.reason, l10n) : undefined}>
        <Line side="A" tokens={own} />
        <Line side="B" tokens={other} />
      </li>
    ))}
  </ol>
));

type Cost = PartCost & { readonly label: string };
/** Tokens of both in parts of the text. */
const costTable = (head: string, rows: readonly Cost[]): TableData<Cost> => ({
  columns: [
    { key: head, head, name: 'name', value: ({ label }) => label },
    { key: 'A', head: 'A', value: ({ counts: [a] }) => a, print: count },
    { key: 'B', head: 'B', value: ({ counts: [, b] }) => b, print: count },
    {
      key: 'B / A',
      head: 'B / A',
      value: ({ counts: [a, b] }) => (a > 0 ? b / a : null),
      print: (value) => fixed(value, 2),
    },
  ],
  rows,
});

/** Why they part, how often, and in which lines and scripts that costs tokens. */
export function costTables({ text, own, other }: ShownCuts): readonly TableData<Cost>[] {
  const stretches = stretchesOf(own, other);
  const reasons = groups(
    stretches.filter(({ parting }) => parting?.reason),
    ({ parting }) => parting?.reason ?? null,
  ).map(([reason, all]): Cost => {
    const tokensOf = (side: 'own' | 'other') => all.reduce((sum, one) => sum + one[side].length, 0);
    return { label: reasonWords(reason, l10n), counts: [tokensOf('own'), tokensOf('other')] };
  });
  const lines = costByLine(text, [own, other]).map(({ line, counts }) => ({ label: count(line), counts }));
  const scripts = costByScript(text, [own, other]).map(({ script, counts }) => ({
    label: script === null ? l10n.t('digits and signs') : scriptName(script),
    counts,
  }));
  return [
    ...(reasons.length > 0 ? [costTable(l10n.t('why they part'), reasons)] : []),
    ...(scripts.length > 1 ? [costTable(l10n.t('script'), scripts)] : []),
    ...(lines.length > 1 ? [costTable(l10n.t('line'), lines.slice(0, mostListed))] : []),
  ];
}

/** What each vocabulary has alone. */
function VocabulariesOf({ shared, only, names }: Vocabularies & { readonly names: readonly string[] }) {
  const [own, other] = only;
  const said = l10n.t(
    'Vocabularies: {0} tokens are in both, {1} in A alone, {2} in B alone',
    ...[shared, own.count, other.count].map(count),
  );
  return (
    <Fold name="vocabularies" summary={said}>
      {() => (
        <dl class="pairs small">
          {only.map(({ longest }, side) =>
            longest.length === 0 ? null : (
              <>
                <dt title={names[side]}>{side === 0 ? 'A' : 'B'}</dt>
                <dd class="row">
                  {longest.slice(0, mostListed).map(({ text }) => (
                    <TokenText token={partAsToken(cutTo(longestShown, text))} named={false} title={text} />
                  ))}
                </dd>
              </>
            ),
          )}
        </dl>
      )}
    </Fold>
  );
}

function Beside({ cuts, names }: { readonly cuts: ShownCuts; readonly names: readonly [string, string] }) {
  const tables = costTables(cuts);
  const { own, other } = cuts;
  const hidden = Math.max(own.count - own.tokens.length, other.count - other.tokens.length);
  return (
    <>
      <p class="note">{l10n.t('A is {0}, B is {1}.', ...names)}</p>
      <Lines stretches={stretchesOf(own, other)} />
      {hidden > 0 && <p class="note">{l10n.t('{0} more are not drawn', count(hidden))}</p>}
      <div class="row above cut-costs">
        {tables.map((table) => (
          <Table {...table} name="natural dense" label={names.join(', ')} />
        ))}
      </div>
      {other.vocabularies && <VocabulariesOf {...other.vocabularies} names={names} />}
      <p class="row">
        <Copy name={names.join(', ')} tables={() => tables.map(copiedRows)} />
      </p>
    </>
  );
}

function Body({ state: { tokenizers, model }, act }: SectionProps) {
  const ref = useInSight<HTMLDivElement>((isInSight) => act.see({ tokenizers: isInSight }));
  return (
    <div ref={ref}>
      {tokenizers ? (
        <>
          <Table
            {...tokenizersTable(tokenizers, act)}
            name="natural above pressed"
            label={l10n.t('Two tokenizers')}
            pressesRows
            row={({ key }) => ({ class: key === tokenizers.beside ? 'lit' : undefined })}
            below={({ failure }) => failure !== null && <span class="small quiet">{failure}</span>}
          />
          {tokenizers.opens && (
            <p class="row above">
              <TextLink onClick={() => act.post({ type: 'openTokenizer' })}>{l10n.t('Another tokenizer…')}</TextLink>
            </p>
          )}
          {tokenizers.cuts && <Beside cuts={tokenizers.cuts} names={[model?.name ?? '', tokenizers.cuts.other.name]} />}
        </>
      ) : (
        <Pending>{l10n.t('Load the model to see this.')}</Pending>
      )}
    </div>
  );
}

export const tokenizers: Section = {
  id: 'tokenizers',
  title: () => l10n.t('Two tokenizers'),
  // A server would get the text again, and the markup of a conversation is that of one model alone.
  shown: ({ text, model }) => text !== null && !text.chat && model !== null && !model.server,
  finding: tokenizersFinding,
  Body,
};
