import * as l10n from '@vscode/l10n';
import { count, percent } from '../../../shared/format';
import { rangesOf, type TargetSizeResult, usual } from '../../../shared/lab';
import { labTablesIn } from '../../../shared/labTables';
import { LabRows } from '../figure';
import { type NumberOption, NumberOptions, seed, optionValue } from '../options';
import type { ExperimentPage } from '../page';
import { TokenList } from '../table';

export const targetSizePage: ExperimentPage<'target-size'> = {
  texts: () => ({
    title: l10n.t('Size of the target'),
    question: l10n.t('Which tokens win a random direction?'),
    claim: l10n.t(
      'Each of many random directions goes to the token with the largest dot product. If only direction counted, each tenth of the vocabulary would win about a tenth of the directions.',
    ),
  }),
  exceptionOfBias: () => l10n.t('This model adds a bias to each logit. The experiment leaves it out.'),
  Options: (props) => <NumberOptions options={[directions, seed]} {...props} />,
  options: (draft, state) => ({
    directions: optionValue(directions, draft, state),
    seed: optionValue(seed, draft, state),
  }),
  askedWith: (options) => l10n.t('Settings: directions {0}, seed {1}.', count(options.directions), options.seed),
  finding: (result) => [
    l10n.t('{0} {1}', won(result), l10n.t('Tokens that win none of the directions tried: {0}.', count(result.never))),
  ],
  inShort: (result) => [l10n.t('the largest tenth wins {0}', percent(100 * ends(result)[1]))],
  Result: ({ result, context }) => (
    <div class="columns">
      <LabRows
        part="tenths"
        title={l10n.t('Share of the directions that each tenth of the tokens wins')}
        table={labTablesIn(l10n, context.tokenOf)['target-size'](result)[0]}
        context={context}
        rows={result.winsBySizeDecile.map((value, tenth, { length }) => ({
          label: tenth === 0 ? l10n.t('smallest tenth') : tenth < length - 1 ? '' : l10n.t('largest tenth'),
          value,
          text: percent(100 * value),
        }))}
        mark="bar"
        domain={[0, Math.max(...result.winsBySizeDecile)]}
        guide={{ value: 1 / result.winsBySizeDecile.length, text: l10n.t('an even share') }}
      />
      <TokenList table={labTablesIn(l10n, context.tokenOf)['target-size'](result)[1]} context={context} />
    </div>
  ),
};

const directions: NumberOption = {
  key: 'directions',
  label: () => l10n.t('directions'),
  range: rangesOf('target-size').directions,
  initial: usual.directions,
};

const ends = ({ winsBySizeDecile }: TargetSizeResult): readonly [smallest: number, largest: number] => [
  winsBySizeDecile[0] ?? 0,
  winsBySizeDecile.at(-1) ?? 0,
];

/** Compares the shares of the largest and the smallest tenth. An even share is a tenth; sampling moves it a little. */
function won(result: TargetSizeResult): string {
  const [smallest, largest] = ends(result);
  return l10n.t(
    'The largest tenth of the tokens wins {0} of the directions, the smallest {1}: {2}.',
    percent(100 * largest),
    percent(100 * smallest),
    largest > 0.13 ? l10n.t('large tokens are large targets') : l10n.t('size is no advantage here'),
  );
}
