import * as l10n from '@vscode/l10n';
import { count, plural } from '../../shared/format';
import { isFragment } from '../../shared/glyphs';
import { type ViewChoices } from '../../shared/kept';
import { type ByMetric, type Metric } from '../../shared/metrics';
import type { NeighbourRow, RankedEntry } from '../../shared/neighbourTable';
import { type VocabularyToken, type RankedToken } from '../../shared/tokens';
import type { Actions } from '../actions';
import { Toggle } from './toggles';

/** A list with ranks. `hide` removes control tokens and byte fragments, and keeps the ranks of the others. */
export const placed = <E,>(
  list: readonly E[],
  tokenOf: (entry: E) => VocabularyToken,
  hide: boolean,
): readonly RankedEntry<E>[] =>
  list.map((entry, row) => ({ entry, rank: row + 1 })).filter(({ entry }) => !hide || !isFragment(tokenOf(entry)));

/** The lists by some metrics, one below the other. */
export const placedBy = (
  lists: ByMetric<readonly RankedToken[]>,
  by: readonly Metric[],
  hide: boolean,
): readonly NeighbourRow[] =>
  by.flatMap((metric) => placed(lists[metric], ({ token }) => token, hide).map((one) => ({ ...one, by: metric })));

/** How many rows are hidden. */
export function hiddenNote(hidden: number, all: number): string | null {
  if (hidden === 0) return null;
  return plural(all, {
    1: l10n.t('The only row is hidden: a control token or a byte fragment.'),
    other: l10n.t('{0} of {1} rows hidden: control tokens and byte fragments.', count(hidden), count(all)),
  });
}

/** How many rows of some lists are hidden. */
export function hiddenIn(
  lists: ByMetric<readonly RankedToken[]>,
  by: readonly Metric[],
  { hideFragments }: ViewChoices,
): string | null {
  const all = placedBy(lists, by, false).length;
  return hiddenNote(all - placedBy(lists, by, hideFragments).length, all);
}

/** The switch that hides control tokens and byte fragments. */
export const HideFragments = ({ view, act }: { readonly view: ViewChoices; readonly act: Actions }) => (
  <Toggle
    on={view.hideFragments}
    onToggle={(hideFragments) => act.setView({ hideFragments })}
    title={l10n.t(
      'Hides control tokens, and bytes that are not a whole character, in the neighbours, the predictions, the vectorscope’s names and the lab. Ranks stay as they are.',
    )}
  >
    {l10n.t('hide fragments')}
  </Toggle>
);
