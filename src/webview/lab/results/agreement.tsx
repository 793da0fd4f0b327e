import * as l10n from '@vscode/l10n';
import { fixed } from '../../../shared/format';
import { type OneLengthResult, pairs, type RulersResult } from '../../../shared/lab';
import { metrics } from '../../../shared/tokens';
import { tokenCount } from '../../parts/numbers';
import { Sentence } from '../../parts/text';
import { Bars, barsHeight, type BarGroup } from '../charts/bars';
import type { ResultProps } from '../context';
import { handicap, pairName } from '../findings/agreement';
import { summaryOf } from '../findings/all';
import { Figure } from '../figure';
import { TokenList } from '../list';
import { agreementTable, listOf } from './tables';

/** A pair of bars for each two rulers: this token, and the mean of the sample. The first pair says which is which. */
function groupsOf(one: RulersResult, of: 'overlap' | 'rbo'): readonly BarGroup[] {
  const { sample } = one;
  return pairs.map((pair, index) => {
    const own = fixed(one[of][pair], 2);
    const mean = fixed(sample[of][pair], 2);
    return {
      label: pairName(pair),
      bars: [
        { share: one[of][pair], text: index === 0 ? l10n.t('{0} this token', own) : own },
        ...(sample.size > 0
          ? [
              {
                share: sample[of][pair],
                text: index === 0 ? l10n.t('{0} mean of {1}', mean, tokenCount(sample.size)) : mean,
                second: true,
              },
            ]
          : []),
      ],
    };
  });
}

function Agreement({ result, context }: ResultProps<RulersResult>) {
  const table = agreementTable(result);
  const figure = (of: 'overlap' | 'rbo', title: string) => {
    const groups = groupsOf(result, of);
    const found =
      context.name === 'one-length'
        ? ({ name: 'one-length', result: result as OneLengthResult } as const)
        : ({ name: 'rulers', result } as const);
    return (
      <Figure
        part={of}
        title={title}
        summary={summaryOf(found, context.state)}
        table={table}
        context={context}
        height={(width) => barsHeight(groups, width)}
      >
        {(width) => <Bars groups={groups} width={width} />}
      </Figure>
    );
  };
  return (
    <div class="lab-pair">
      {figure('overlap', l10n.t('Share of the list that two rulers have in common'))}
      {figure('rbo', l10n.t('Rank-biased overlap, where first places count more'))}
    </div>
  );
}

const Lists = ({ result, context }: ResultProps<RulersResult>) => (
  <div class="lab-three">
    {metrics.map((metric) => (
      <TokenList title={titles[metric]()} table={listOf(result, metric, context.tokenOf)} context={context} />
    ))}
  </div>
);

const titles = {
  euclidean: () => l10n.t('Nearest by distance'),
  cosine: () => l10n.t('Nearest by cosine'),
  dot: () => l10n.t('Nearest by dot product'),
} as const;

export function Rulers({ result, context }: ResultProps<RulersResult>) {
  const identity = handicap(result, context.tokenOf);
  return (
    <>
      <Agreement result={result} context={context} />
      {identity.length > 0 && (
        <p class="lab-said">
          <Sentence words={identity} chosen={context.chosen} />
        </p>
      )}
      <Lists result={result} context={context} />
    </>
  );
}

export const OneLength = ({ result, context }: ResultProps<OneLengthResult>) => (
  <>
    <Agreement result={result} context={context} />
    <Lists result={result} context={context} />
  </>
);
