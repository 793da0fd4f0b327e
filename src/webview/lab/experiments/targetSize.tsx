import * as l10n from '@vscode/l10n';
import { count, percent, plural, size } from '../../../shared/format';
import { rangesOf, type TargetSizeResult, usual } from '../../../shared/lab';
import { Columns, columnsHeight } from '../charts/columns';
import { type DataTable, ranked, tokenList, type TokenOf } from '../data';
import { Figure } from '../figure';
import { type NumberOption, Numbers, seed, valueOf } from '../options';
import type { ExperimentPage } from '../page';
import { TokenList } from '../table';

export const targetSize: ExperimentPage<'target-size'> = {
  texts: () => ({
    title: l10n.t('Size of the target'),
    question: l10n.t('Which tokens win a random direction?'),
    claim: l10n.t(
      'Each of many random directions goes to the token with the largest dot product. If only direction counted, each tenth of the vocabulary would win about a tenth of the directions.',
    ),
  }),
  exceptionOfBias: () => l10n.t('This model adds a bias to each logit. The experiment leaves it out.'),
  Options: (props) => <Numbers options={[directions, seed]} {...props} />,
  options: (draft, state) => ({ directions: valueOf(directions, draft, state), seed: valueOf(seed, draft, state) }),
  askedWith: (options) =>
    plural(options.directions, {
      1: l10n.t('Settings: one direction, seed {0}.', options.seed),
      other: l10n.t('Settings: {0} directions, seed {1}.', count(options.directions), options.seed),
    }),
  finding: (result) => [l10n.t('{0} {1}', won(result), losers(result.never))],
  inShort: (result) => [l10n.t('the largest tenth wins {0}', percent(100 * ends(result)[1]))],
  tables: (result, tokenOf) => [tenthsTable(result), winnersTable(result, tokenOf)],
  Result: ({ result, context }) => (
    <div class="lab-chart-list">
      <Figure
        part="tenths"
        title={l10n.t('Share of the directions that each tenth of the tokens wins')}
        table={tenthsTable(result)}
        context={context}
        height={() => columnsHeight}
      >
        {(width) => (
          <Columns
            width={width}
            values={result.winsBySizeDecile}
            print={(value) => percent(100 * value)}
            ends={[l10n.t('smallest tenth'), l10n.t('largest tenth')]}
            axis={l10n.t('tokens by size')}
            even={{ value: 1 / result.winsBySizeDecile.length, text: l10n.t('an even share') }}
          />
        )}
      </Figure>
      <TokenList
        title={l10n.t('Tokens that win most')}
        table={winnersTable(result, context.tokenOf)}
        context={context}
      />
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

/** Compares the shares of the largest and the smallest tenth; an even share is a tenth. */
function won(result: TargetSizeResult): string {
  const [smallest, largest] = ends(result);
  const shares = [percent(100 * largest), percent(100 * smallest)] as const;
  if (largest >= 0.3)
    return l10n.t(
      'The largest tenth of the tokens wins {0} of the directions, the smallest {1}: large tokens are large targets.',
      ...shares,
    );
  if (largest > 0.13)
    return l10n.t(
      'The largest tenth of the tokens wins {0} of the directions, the smallest {1}: large tokens win a little more than an even share.',
      ...shares,
    );
  if (largest >= 0.07)
    return l10n.t(
      'The largest tenth of the tokens wins {0} of the directions, the smallest {1}: about an even share, so size counts little here.',
      ...shares,
    );
  return l10n.t(
    'The largest tenth of the tokens wins only {0} of the directions, the smallest {1}: size is no advantage here.',
    ...shares,
  );
}

function losers(never: number): string {
  if (never === 0) return l10n.t('Every token wins at least one of the directions tried.');
  return plural(never, {
    1: l10n.t('One token wins none of the directions tried.'),
    other: l10n.t('{0} tokens win none of the directions tried.', count(never)),
  });
}

const tenthsTable = ({ winsBySizeDecile }: TargetSizeResult): DataTable => ({
  order: 'tenths',
  columns: [
    { key: 'tenth by size', label: l10n.t('tenth by size, from the smallest') },
    { key: 'share of the wins', label: l10n.t('share of the directions'), print: (value) => percent(100 * value) },
  ],
  rows: winsBySizeDecile.map((value, tenth) => [tenth + 1, value]),
});

const winnersTable = ({ top }: TargetSizeResult, tokenOf: TokenOf): DataTable =>
  ranked(
    tokenList(
      top,
      [
        { key: 'size', label: l10n.t('size'), print: size },
        { key: 'wins', label: l10n.t('wins') },
      ],
      (entry) => [entry.size, entry.wins],
      tokenOf,
    ),
  );
