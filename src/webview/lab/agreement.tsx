import * as l10n from '@vscode/l10n';
import { percent } from '../../shared/format';
import { pairs, rangesOf, type RulersResult, usual } from '../../shared/lab';
import { labTablesIn, pairNameIn } from '../../shared/labTables';
import { tokenCount } from '../parts/numbers';
import { chosenId } from '../store';
import type { LabRow } from './charts/rows';
import { LabRows } from './figure';
import { countOf, type NumberOption, NumberOptions } from './options';
import type { ExperimentPage, ResultProps } from './page';
import { TokenList } from './table';

const k: NumberOption = {
  key: 'k',
  label: () => l10n.t('entries'),
  range: rangesOf('rulers').k,
  initial: ({ options }) => options.neighbours,
};
const sample: NumberOption = {
  key: 'sample',
  label: () => l10n.t('sampled tokens'),
  range: rangesOf('rulers').sample,
  initial: usual.sample,
};

/** The parts that the experiments on the three lists of a token have in common. */
export const listsPage = {
  token: { words: () => l10n.t('of {0}'), of: ({ token }) => token },
  Options: (props) => <NumberOptions options={[k, sample]} {...props} />,
  options(draft, state) {
    const id = chosenId(state);
    return id === undefined ? null : { id, k: countOf(k, draft, state), sample: countOf(sample, draft, state) };
  },
} satisfies Partial<ExperimentPage<'rulers'>>;

const share = (value: number): string => percent(100 * value);

/** Two bars for each pair of metrics: this token, and the mean of the sample. The first pair has a legend. */
const rowsOf = (one: RulersResult, of: 'overlap' | 'rbo'): readonly LabRow[] =>
  pairs.flatMap((pair, index) => {
    const [own, mean] = [one[of][pair], one.sample[of][pair]];
    const [first, second] = [share(own), share(mean)];
    const isFirst = index === 0;
    return [
      { label: pairNameIn(pair, l10n), value: own, text: isFirst ? l10n.t('{0} this token', first) : first },
      ...(one.sample.size > 0
        ? [
            {
              value: mean,
              text: isFirst ? l10n.t('{0} mean of {1}', second, tokenCount(one.sample.size)) : second,
              isSecond: true,
            },
          ]
        : []),
    ];
  });

/** How far the lists agree, as bars. */
export function AgreementFigures({ result, context }: ResultProps<RulersResult>) {
  const [table] = labTablesIn(l10n, context.tokenOf).rulers(result);
  const figure = (part: 'overlap' | 'rbo', title: string) => (
    <LabRows {...{ part, title, table, context }} rows={rowsOf(result, part)} mark="bar" domain={[0, 1]} />
  );
  return (
    <div class="columns wide">
      {figure('overlap', l10n.t('Share of the list that two rulers have in common'))}
      {figure('rbo', l10n.t('Rank-biased overlap, where first places count more'))}
    </div>
  );
}

/** The lists of the three metrics side by side. */
export const NeighbourLists = ({ result, context }: ResultProps<RulersResult>) => (
  <div class="tiles">
    {labTablesIn(l10n, context.tokenOf)
      .rulers(result)
      .slice(1)
      .map((table) => (
        <TokenList table={table} context={context} />
      ))}
  </div>
);
