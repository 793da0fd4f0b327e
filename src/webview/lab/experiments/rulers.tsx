import * as l10n from '@vscode/l10n';
import { count, decimalsWithin, fixed, percent, printedDifference } from '../../../shared/format';
import {
  type LabEntry,
  type MetricPair,
  type RulersResult,
  type OneLengthResult,
  pairs,
  rangesOf,
  usual,
} from '../../../shared/lab';
import { pairNameIn } from '../../../shared/labColumns';
import { labTablesIn } from '../../../shared/labTables';
import { metrics } from '../../../shared/metrics';
import { sharedTokens } from '../../../shared/neighbours';
import type { PanelState } from '../../../shared/panel';
import { tokenCount } from '../../parts/numbers';
import { Sentence } from '../../parts/text';
import { type Words, words } from '../../parts/words';
import { chosenId } from '../../store';
import type { LabRow } from '../charts/rows';
import type { TokenOf } from '../data';
import { LabRows } from '../figure';
import { countOf, type NumberOption, NumberOptions } from '../options';
import type { ExperimentPage, ResultProps } from '../page';
import { TokenList } from '../table';

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
const listsPage = {
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
function AgreementFigures({ result, context }: ResultProps<RulersResult>) {
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
const NeighbourLists = ({ result, context }: ResultProps<RulersResult>) => (
  <div class="tiles">
    {labTablesIn(l10n, context.tokenOf)
      .rulers(result)
      .slice(1)
      .map((table) => (
        <TokenList table={table} context={context} />
      ))}
  </div>
);

/** How many lists are compared. */
const listCount = (): string => count(metrics.length);

export const oneLengthPage: ExperimentPage<'one-length'> = {
  ...listsPage,
  texts: () => ({
    title: l10n.t('One size'),
    question: l10n.t('Would the {0} lists differ if all vectors had one size?', listCount()),
    claim: l10n.t(
      'On vectors of size one ‖q − w‖² = 2 − 2 q·w, so all {0} rank the vocabulary in the same order. Only size makes the raw lists differ.',
      listCount(),
    ),
  }),
  finding: (result, tokenOf, state) => oneLengthFinding(result, rawShared(state, result), tokenOf),
  inShort: ({ identical }) => [
    identical ? l10n.t('the {0} lists are identical', listCount()) : l10n.t('the {0} lists differ', listCount()),
  ],
  Result: ({ result, context }) => (
    <>
      <AgreementFigures result={result} context={context} />
      <NeighbourLists result={result} context={context} />
    </>
  ),
};

/** How many tokens the raw lists by distance and dot product share, if they are known for this token and size. */
export function rawShared(
  { lab, neighbours }: Pick<PanelState, 'lab' | 'neighbours'>,
  { token, lists }: OneLengthResult,
): number | null {
  const k = lists.dot.length;
  const done = lab.rulers?.done?.result;
  if (done?.name === 'rulers' && done.result.token.id === token.id && done.result.lists.dot.length === k)
    return Math.round(done.result.overlap['euclidean-dot'] * k);
  // The experiment compares input vectors.
  if (!neighbours || (neighbours.space ?? 'input') !== 'input' || neighbours.centred) return null;
  const { query, lists: raw } = neighbours;
  return query.id === token.id && raw.dot.length === k ? sharedTokens(raw.euclidean, raw.dot) : null;
}

export function oneLengthFinding(result: OneLengthResult, before: number | null, tokenOf: TokenOf): Words {
  const { token, identical, overlap, lists } = result;
  const k = lists.dot.length;
  if (!identical)
    return words(
      l10n.t(
        'At one size the {3} lists of {0} are not identical: distance and dot product share {1} of {2}. Only rounding can make equal numbers differ.',
      ),
      tokenOf(token),
      count(Math.round(overlap['euclidean-dot'] * k)),
      count(k),
      listCount(),
    );
  const said = words(l10n.t('At one size the {1} lists of {0} are identical.'), tokenOf(token), listCount());
  return before === null
    ? said
    : [...said, ' ', l10n.t('At their own sizes, distance and dot product share {0} of {1}.', count(before), count(k))];
}

export const rulersPage: ExperimentPage<'rulers'> = {
  ...listsPage,
  texts: () => ({
    title: l10n.t('Three rulers'),
    question: l10n.t('Do distance, dot product and cosine list the same neighbours?'),
    claim: l10n.t(
      '−½‖q − w‖² = q·w − ½‖w‖² − ½‖q‖²: distance is the dot product with a handicap for large tokens. Cosine leaves the sizes out altogether.',
    ),
  }),
  finding({ token, lists, overlap, sample }, tokenOf) {
    const k = lists.dot.length;
    const of = (pair: MetricPair) => count(Math.round(overlap[pair] * k));
    const same = Object.values(overlap).every((share) => share === 1);
    const own = same
      ? words(l10n.t('For {0} all {2} list the same {1}.'), tokenOf(token), count(k), count(metrics.length))
      : words(
          l10n.t(
            'Of the {1} nearest to {0}, distance and dot product share {2}, distance and cosine {3}, dot product and cosine {4}.',
          ),
          tokenOf(token),
          count(k),
          of('euclidean-dot'),
          of('euclidean-cosine'),
          of('dot-cosine'),
        );
    return sample.size > 0 ? [...own, ' ', overSample(sample)] : own;
  },
  inShort: ({ lists, overlap, sample }) => [
    sample.size > 0
      ? l10n.t('distance and dot product share {0} on average', ofHundred(sample.overlap['euclidean-dot']))
      : l10n.t(
          'distance and dot product share {0} of {1}',
          count(Math.round(overlap['euclidean-dot'] * lists.dot.length)),
          count(lists.dot.length),
        ),
  ],
  Result({ result, context }) {
    const identity = handicap(result, context.tokenOf);
    return (
      <>
        <AgreementFigures result={result} context={context} />
        {identity.length > 0 && (
          <p class="said readable above">
            <Sentence words={identity} chosen={context.chosen} />
          </p>
        )}
        <NeighbourLists result={result} context={context} />
      </>
    );
  },
};

const ofHundred = (share: number): string => percent(100 * share);

/** How far the lists agree over a sample of the vocabulary. */
function overSample({ size: many, overlap }: RulersResult['sample']): string {
  const { 'euclidean-dot': distanceDot, 'euclidean-cosine': distanceCosine, 'dot-cosine': dotCosine } = overlap;
  return l10n.t(
    'Over {0} distance and dot product share {1} of their lists, distance and cosine {2}, dot product and cosine {3}.',
    tokenCount(many),
    ...[distanceDot, distanceCosine, dotCosine].map(ofHundred),
  );
}

/** The identity of the claim, with the numbers of the first token by dot product and of the nearest by distance. */
export function handicap({ token, lists }: RulersResult, tokenOf: TokenOf): Words {
  const other = (list: readonly LabEntry[]): LabEntry | undefined => list.find(({ id }) => id !== token.id);
  const [far, near] = [other(lists.dot), other(lists.euclidean)];
  if (!far || !near) return [];
  const [first, second, itself] = [tokenOf(far), tokenOf(near), tokenOf(token)];
  const half = (length: number): number => (length * length) / 2;
  if (!Number.isFinite(first.size) || !Number.isFinite(second.size)) return [];
  const left = far.value - half(first.size);
  if (far.id === near.id) {
    return words(
      l10n.t(
        'Apart from {4} itself, {0} is first by both. Distance subtracts half the squared size from the dot product: {1} − {2} = {3}, more than for any other token.',
      ),
      first,
      fixed(far.value, 3),
      fixed(half(first.size), 3),
      printedDifference(far.value, half(first.size), 3),
      itself,
    );
  }
  // The list by distance has no dot products, so this one comes from the identity.
  const dot = (token.size ** 2 + second.size ** 2 - near.value ** 2) / 2;
  // Both differences are in the sentence, so they must differ in print.
  const decimals = decimalsWithin(Math.min(far.value - dot, dot - half(second.size) - left), 3);
  const print = (value: number): string => fixed(value, decimals);
  return words(
    l10n.t(
      'Apart from {8} itself, {0} leads by dot product with {1} against {2} for {3}. Distance subtracts half the squared size: {1} − {4} = {6} for {0}, {2} − {5} = {7} for {3}. So {3} is nearer.',
    ),
    first,
    print(far.value),
    print(dot),
    second,
    print(half(first.size)),
    print(half(second.size)),
    printedDifference(far.value, half(first.size), decimals),
    printedDifference(dot, half(second.size), decimals),
    itself,
  );
}
