import * as l10n from '@vscode/l10n';
import type { Neighbours } from '../../shared/engine';
import { count } from '../../shared/format';
import { byMetric, metrics } from '../../shared/metrics';
import { areListedAlike, haveSameTokens, sharedTokens } from '../../shared/oneList';
import type { PanelState } from '../../shared/panel';
import type { Words } from '../parts/words';
import { spaceWords } from './space';

/** The lists as short as they are drawn, so that a sentence counts what a reader sees. */
export const firstOf = (neighbours: Neighbours, many: number): Neighbours => ({
  ...neighbours,
  lists: byMetric((metric) => neighbours.lists[metric].slice(0, many)),
});

export const listsTitle = (): string => l10n.t('Nearest tokens by {0} metrics', count(metrics.length));

/** How far the lists by distance, cosine and dot product agree. */
function agreement(neighbours: Neighbours): string {
  const { euclidean, cosine, dot } = neighbours.lists;
  if (!haveSameTokens(neighbours))
    return l10n.t(
      'Of {0} tokens, distance and cosine share {1}, dot product and distance {2}, dot product and cosine {3}',
      euclidean.length,
      sharedTokens(euclidean, cosine),
      sharedTokens(euclidean, dot),
      sharedTokens(cosine, dot),
    );
  const many = [count(metrics.length), euclidean.length] as const;
  return areListedAlike(neighbours)
    ? l10n.t('All {0} metrics list the same tokens ({1}), which are almost equally large', ...many)
    : l10n.t('All {0} metrics list the same tokens ({1})', ...many);
}

/** How far the lists agree, after which vectors they compare if the model has two matrices. */
export function neighboursFinding({ neighbours }: Pick<PanelState, 'neighbours'>): Words {
  if (!neighbours) return [];
  const found = agreement(neighbours);
  return [neighbours.space ? l10n.t('{0}. {1}', spaceWords[neighbours.space].compared(), found) : found];
}
