import * as l10n from '@vscode/l10n';
import type { OneLengthResult } from '../../../shared/lab';
import { metrics } from '../../../shared/metrics';
import { sharedTokens } from '../../../shared/oneList';
import type { PanelState } from '../../../shared/panel';
import { inWords } from '../../parts/numbers';
import { type Words, words } from '../../parts/words';
import { AgreementFigures, listsPage, NeighbourLists } from '../agreement';
import type { TokenOf } from '../data';
import type { ExperimentPage } from '../page';

/** How many lists are compared. */
const listCount = (): string => inWords(metrics.length);

export const oneLength: ExperimentPage<'one-length'> = {
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
  const template = !identical
    ? l10n.t(
        'At one size the {3} lists of {0} are not identical: distance and dot product share {1} of {2}. Only rounding can make equal numbers differ.',
      )
    : before === null
      ? l10n.t('At one size the {3} lists of {0} are identical.')
      : l10n.t(
          'At one size the {3} lists of {0} are identical. At their own sizes, distance and dot product share {1} of {2}.',
        );
  const shared = identical && before !== null ? before : Math.round(overlap['euclidean-dot'] * k);
  return words(template, tokenOf(token), inWords(shared), inWords(k), listCount());
}
