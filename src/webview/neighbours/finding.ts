import * as l10n from '@vscode/l10n';
import type { Neighbours } from '../../shared/engine';
import { byMetric, metrics, type Metric } from '../../shared/metrics';
import { areListedAlike, haveSameTokens, sharedTokens } from '../../shared/oneList';
import type { PanelState } from '../../shared/panel';
import { inWords } from '../parts/numbers';
import { type Words, words } from '../parts/words';
import { spaceWords } from './space';

/** The lists as short as they are drawn, so that a sentence counts what a reader sees. */
export const firstOf = (neighbours: Neighbours, many: number): Neighbours => ({
  ...neighbours,
  lists: byMetric((metric) => neighbours.lists[metric].slice(0, many)),
});

const figure = (many: number): string => (many === 0 ? inWords(0) : String(many));

/** What the dot product shares with the two others, then what these share. */
function ofDot(length: number, near: number, withDistance: number, withCosine: number): readonly [string, string] {
  const others =
    near === length
      ? l10n.t('distance and cosine list the same {0}', inWords(length))
      : l10n.t('distance and cosine share {0}', figure(near));
  if (withDistance === 0 && withCosine === 0)
    return [l10n.t('The dot product shares none of {0} with either', length), others];
  if (withDistance === withCosine)
    return [l10n.t('The dot product shares {0} of {1} with each', withDistance, length), others];
  return [
    l10n.t(
      'The dot product shares {0} of {1} with distance and {2} with cosine',
      figure(withDistance),
      length,
      figure(withCosine),
    ),
    others,
  ];
}

function ofPair(cosineFirst: boolean, length: number, near: number): string {
  if (near === length && length === 1)
    return cosineFirst
      ? l10n.t('Cosine and distance list the same token')
      : l10n.t('Distance and cosine list the same token');
  if (near === length)
    return cosineFirst
      ? l10n.t('Cosine and distance list the same {0} tokens', inWords(length))
      : l10n.t('Distance and cosine list the same {0} tokens', inWords(length));
  return cosineFirst
    ? l10n.t('Cosine and distance share {0} of {1}', figure(near), length)
    : l10n.t('Distance and cosine share {0} of {1}', figure(near), length);
}

function ofDotToPair(cosineFirst: boolean, withDistance: number, withCosine: number): string {
  if (withDistance === 0 && withCosine === 0) return l10n.t('the dot product shares none with either');
  if (withDistance === withCosine) return l10n.t('the dot product shares {0} with each', figure(withDistance));
  return cosineFirst
    ? l10n.t('the dot product shares {0} with cosine and {1} with distance', figure(withCosine), figure(withDistance))
    : l10n.t('the dot product shares {0} with distance and {1} with cosine', figure(withDistance), figure(withCosine));
}

export const listsTitle = (): string => l10n.t('Nearest tokens by {0} metrics', inWords(metrics.length));

/** How far the lists by distance, cosine and dot product agree, the chosen metric first. */
export function agreement(neighbours: Neighbours, metric: Metric): Words {
  const { lists } = neighbours;
  const { euclidean, cosine, dot } = lists;
  const length = euclidean.length;
  const near = sharedTokens(euclidean, cosine);
  const withDistance = sharedTokens(euclidean, dot);
  const withCosine = sharedTokens(cosine, dot);
  if (haveSameTokens(neighbours)) {
    if (length === 1) return [l10n.t('All {0} metrics list the same token', inWords(metrics.length))];
    const many = [inWords(metrics.length), inWords(length)] as const;
    return areListedAlike(neighbours)
      ? [l10n.t('All {0} metrics list the same {1} tokens, which are almost equally large', ...many)]
      : [l10n.t('All {0} metrics list the same {1} tokens', ...many)];
  }
  const cosineFirst = metric === 'cosine';
  const [first, second] =
    metric === 'dot'
      ? ofDot(length, near, withDistance, withCosine)
      : [ofPair(cosineFirst, length, near), ofDotToPair(cosineFirst, withDistance, withCosine)];
  return [l10n.t('{0}; {1}', first, second)];
}

/** How far the lists agree, after which vectors they compare if the model has two matrices. */
export function neighboursFinding({ neighbours, options }: Pick<PanelState, 'neighbours' | 'options'>): Words {
  if (!neighbours) return [];
  const found = agreement(neighbours, options.metric);
  return neighbours.space ? words(l10n.t('{0}. {1}'), spaceWords[neighbours.space].compared(), found) : found;
}
