import * as l10n from '@vscode/l10n';
import type { Neighbours } from '../../shared/engine';
import { count } from '../../shared/format';
import { byMetric, metrics, metricFacts, type Metric } from '../../shared/metrics';
import { haveSameTokens, sharedTokens } from '../../shared/neighbours';
import type { PanelState } from '../../shared/panel';
import type { NeighbourSpace } from '../../shared/sides';
import type { Words } from '../parts/words';

interface SpaceWords {
  /** Its label on the switch between the spaces. */
  name(): string;
  /** Which vector is compared with which rows, as the beginning of a sentence. */
  compared(): string;
  /** The vectors in the lists: `input vectors`. */
  rows(): string;
  /** Letters of the query and of the rows. */
  readonly letters: readonly [query: string, row: string];
  /** Explains the letters. */
  legend(): string;
}

/** The spaces of neighbours that a model with two matrices has. */
export const spaceWords: Readonly<Record<NeighbourSpace, SpaceWords>> = {
  input: {
    name: () => l10n.t('input'),
    compared: () => l10n.t('Its input vector is compared with input vectors'),
    rows: () => l10n.t('input vectors'),
    letters: ['e', 'e′'],
    legend: () => l10n.t('e is its input vector; e′ is another token’s input vector.'),
  },
  output: {
    name: () => l10n.t('output'),
    compared: () => l10n.t('Its output row is compared with output rows'),
    rows: () => l10n.t('output rows'),
    letters: ['u', 'u′'],
    legend: () => l10n.t('u is its output row; u′ is another token’s output row.'),
  },
  cross: {
    name: () => l10n.t('across'),
    compared: () => l10n.t('Its input vector is compared with output rows'),
    rows: () => l10n.t('input vector with output rows'),
    letters: ['e', 'u'],
    legend: () => l10n.t('e is its input vector; u is an output row. Its own output row is in the lists too.'),
  },
};

/** A metric of the query and a row in their letters: q and w if both are rows of one matrix. */
export const formula = (metric: Metric, space: NeighbourSpace | undefined): string =>
  metricFacts[metric].formula(...(space ? spaceWords[space].letters : (['q', 'w'] as const)));

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
  return l10n.t('All {0} metrics list the same tokens ({1})', count(metrics.length), euclidean.length);
}

/** How far the lists agree, after which vectors they compare if the model has two matrices. */
export function neighboursFinding({ neighbours }: Pick<PanelState, 'neighbours'>): Words {
  if (!neighbours) return [];
  const found = agreement(neighbours);
  return [neighbours.space ? l10n.t('{0}. {1}', spaceWords[neighbours.space].compared(), found) : found];
}
