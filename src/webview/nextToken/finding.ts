import * as l10n from '@vscode/l10n';
import { greatest } from 'd3-array';
import type { PredictedToken, Prediction } from '../../shared/engine';
import { probability } from '../../shared/format';
import type { PanelState } from '../../shared/panel';
import { inWords, ordinal } from '../parts/numbers';
import { type Words, words } from '../parts/words';

/** How many tokens are compared with the order by angle. */
const comparedCount = 10;

/** The first tokens by angle and by distance, if they differ from the likeliest. */
function otherFirsts(first: PredictedToken, { nearest }: Prediction): Words | null {
  const angle = nearest.cosine[0]?.token;
  const distance = nearest.euclidean[0]?.token;
  if (!angle || !distance) return null;
  const isFirst = [angle, distance].every(({ id }) => id === first.token.id);
  return isFirst ? null : words(l10n.t('{0} is nearest by angle, {1} by distance'), angle, distance);
}

/** The token whose size lifts it furthest above its rank by angle. */
function lifted(top: readonly PredictedToken[]): Words {
  const entries = top
    .slice(0, comparedCount)
    .map((entry, row) => ({ entry, row, gain: entry.ranks.cosine - (row + 1) }));
  const second = entries[1];
  const best = second && second.gain >= 2 ? second : greatest(entries, (a, b) => a.gain - b.gain);
  if (best && best.gain >= 2) {
    const { entry, row } = best;
    return words(
      entry.bias === 0
        ? l10n.t('{0} is {1} because of its size; by angle it is {2}')
        : l10n.t('{0} is {1} because of its size and bias; by angle it is {2}'),
      entry.token,
      ordinal(row + 1),
      ordinal(entry.ranks.cosine),
    );
  }
  const kept = entries.filter(({ entry }) => entry.ranks.cosine <= entries.length).length;
  return [
    l10n.t(
      'Size changes little here: of the first {0}, {1} would be there by angle alone',
      inWords(entries.length),
      inWords(kept),
    ),
  ];
}

/** The likeliest token, and whether direction or size put it first. */
export function nextTokenFinding({ prediction }: PanelState): Words {
  const first = prediction?.top[0];
  if (!prediction || !first) return [];
  return words(
    l10n.t('The likeliest token is {0} ({1}). {2}'),
    first.token,
    probability(first.probability),
    otherFirsts(first, prediction) ?? lifted(prediction.top),
  );
}
