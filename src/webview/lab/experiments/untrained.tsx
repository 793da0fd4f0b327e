import * as l10n from '@vscode/l10n';
import type { ComponentChildren } from 'preact';
import { count, fixed, percent, size } from '../../../shared/format';
import { foundIn, rangesOf, type UntrainedResult, type UntrainedToken } from '../../../shared/lab';
import { reachWords, referenceTemplate, untrainedSaid } from '../../../shared/untrainedWords';
import { Sentence } from '../../parts/text';
import { filled, words } from '../../parts/words';
import { type DataTable, tokenList, type TokenOf } from '../data';
import { OptionalNumber, type Draft, type OptionalOption } from '../options';
import type { ExperimentPage, ResultProps } from '../page';
import { TokenList } from '../table';

const source = 'https://arxiv.org/abs/2405.05417';

export const untrained: ExperimentPage<'untrained'> = {
  texts: () => ({
    title: l10n.t('Trained or not'),
    question: l10n.t('Which tokens were never trained?'),
    claim: l10n.t(
      'The model learns never to predict a token that training did not contain. So training moves the output rows of all such tokens the same way, and they point the same way as tokens that are known to be unused.',
    ),
  }),
  Options: (props) => (
    <>
      <OptionalNumber option={from} {...props} />
      <OptionalNumber option={to} {...props} />
    </>
  ),
  options: (draft) => ({ ...given('from', from, draft), ...given('to', to, draft) }),
  finding: (result) => [untrainedSaid(result, l10n)],
  inShort: (result) => [l10n.t('tokens that point the same way as the reference: {0}', count(foundIn(result)))],
  tables: (result, tokenOf) => [
    tokensTable(result.nearest, tokenOf),
    tokensTable(result.control, tokenOf),
    countsTable(result),
  ],
  Result: Untrained,
};

const range = rangesOf('untrained');
const from: OptionalOption = { key: 'unusedFrom', label: () => l10n.t('reference: ids from'), range: range.from };
const to: OptionalOption = { key: 'unusedTo', label: () => l10n.t('to'), range: range.to };

function given<K extends string>(name: K, { key }: OptionalOption, draft: Draft): { readonly [N in K]?: number } {
  const value = draft[key];
  return typeof value === 'number' ? ({ [name]: value } as { readonly [N in K]: number }) : {};
}

/** Control tokens are what the tables are about, so they are no lists in which such tokens can be hidden. */
const tokensTable = (tokens: readonly UntrainedToken[], tokenOf: TokenOf): DataTable => ({
  ...tokenList(
    tokens,
    [
      { key: 'id', label: l10n.t('id'), print: String, minor: true },
      { key: 'size', label: l10n.t('size'), print: size },
      { key: 'smaller (%)', label: l10n.t('smaller'), print: (value) => percent(value), minor: true },
      { key: 'cosine', label: l10n.t('cosine'), print: (value) => fixed(value, 3) },
      { key: 'place', label: l10n.t('place'), print: count },
      { key: 'made by', label: l10n.t('made by'), minor: true },
    ],
    ({ id, size: own, percentile, cosine, rank, reach }) => [
      id,
      own,
      percentile,
      cosine,
      rank,
      { key: reach, label: reachWords(reach, l10n) },
    ],
    tokenOf,
  ),
  isList: false,
});

const countsTable = ({ found }: UntrainedResult): DataTable => ({
  columns: [
    { key: 'made by', label: l10n.t('made by') },
    { key: 'tokens that point as the reference does', label: l10n.t('tokens'), print: count },
  ],
  rows: (['control', 'text', 'unreachable', 'partial'] as const).map((reach) => [
    { key: reach, label: reachWords(reach, l10n) },
    found[reach],
  ]),
});

function Untrained({ result, context }: ResultProps<UntrainedResult>) {
  const { reference, principal, bound, nearest, control } = result;
  const { tokenOf, chosen } = context;
  const examples = reference.examples.flatMap((named, index) =>
    index === 0 ? [tokenOf(named)] : [', ', tokenOf(named)],
  );
  return (
    <>
      <p class="note">
        <Sentence words={words(referenceTemplate(reference, l10n), count(reference.count), examples)} chosen={chosen} />{' '}
        {l10n.t('Name other ids above to change it.')}
      </p>
      <p class="note">
        {l10n.t('Size: ‖e‖ of the input row. Smaller: the share of all tokens with a smaller one.')}{' '}
        {filled<ComponentChildren>(
          l10n.t(
            'Cosine: cos(u′, m). u′ = u − (u·v) v is the output row without its part along v, the first principal component of all output rows, which has {0} of their variance. m is the mean of u′ over the reference ({1}).',
          ),
          percent(100 * principal),
          <a href={source}>Land & Bartolo 2024</a>,
        )}{' '}
        {l10n.t('Place: the rank by cosine among all tokens, the reference included.')}
      </p>
      <TokenList
        title={l10n.t('Nearest to the reference: from a cosine of {0} up, tokens point the same way', fixed(bound, 3))}
        table={tokensTable(nearest, tokenOf)}
        context={context}
        grows
      />
      {control.length > 0 && (
        <TokenList title={l10n.t('Control tokens')} table={tokensTable(control, tokenOf)} context={context} grows />
      )}
    </>
  );
}
