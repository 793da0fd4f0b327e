import * as l10n from '@vscode/l10n';
import type { ComponentChildren } from 'preact';
import { count, percent } from '../../../shared/format';
import { foundIn, rangesOf, type UntrainedResult } from '../../../shared/lab';
import { labTablesIn } from '../../../shared/labTables';
import { referenceTemplate, untrainedSaid } from '../../../shared/untrainedWords';
import { Sentence } from '../../parts/text';
import { filled, words } from '../../parts/words';
import { OptionalNumber, type Draft, type OptionalOption } from '../options';
import type { ExperimentPage, ResultProps } from '../page';
import { TokenList } from '../table';

const source = 'https://arxiv.org/abs/2405.05417';

export const untrainedPage: ExperimentPage<'untrained'> = {
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
  Result: Untrained,
};

const range = rangesOf('untrained');
const from: OptionalOption = { key: 'unusedFrom', label: () => l10n.t('reference: ids from'), range: range.from };
const to: OptionalOption = { key: 'unusedTo', label: () => l10n.t('to'), range: range.to };

function given<K extends string>(name: K, { key }: OptionalOption, draft: Draft): { readonly [N in K]?: number } {
  const value = draft[key];
  return typeof value === 'number' ? ({ [name]: value } as { readonly [N in K]: number }) : {};
}

function Untrained({ result, context }: ResultProps<UntrainedResult>) {
  const { reference, principal } = result;
  const { tokenOf, chosen } = context;
  const [nearest, control] = labTablesIn(l10n, tokenOf).untrained(result);
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
      <TokenList table={nearest} context={context} grows />
      {control.rows.length > 0 && <TokenList table={control} context={context} grows />}
    </>
  );
}
