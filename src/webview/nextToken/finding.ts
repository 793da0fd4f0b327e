import { greatest } from 'd3-array';
import type { PredictedToken, Prediction } from '../../shared/engine';
import type { PanelState } from '../../shared/panel';
import { inWords, ordinal, probability } from '../../shared/format';
import type { Words } from '../parts/words';

/** Entries whose order is compared with the order by angle. */
const compared = 10;

/** What the nearest by angle or by distance would have said first, where it is another token. */
function others(first: PredictedToken, { nearest }: Prediction): Words | null {
  const angle = nearest.cosine[0]?.token;
  const distance = nearest.euclidean[0]?.token;
  if (!angle || !distance) return null;
  const angleDiffers = angle.id !== first.token.id;
  const distanceDiffers = distance.id !== first.token.id;
  if (angleDiffers && distanceDiffers) return angle.id === distance.id ? ['By angle and by distance ', angle, ' would come first'] : ['By angle ', angle, ' would come first, by distance ', distance];
  if (angleDiffers) return ['By angle ', angle, ' would come first'];
  if (distanceDiffers) return ['By distance ', distance, ' would come first'];
  return null;
}

/** The entry that its size lifts furthest above its place by angle. */
function lifted(top: readonly PredictedToken[]): Words {
  const entries = top.slice(0, compared).map((entry, row) => ({ entry, row, gain: entry.ranks.cosine - (row + 1) }));
  const second = entries[1];
  const best = second && second.gain >= 2 ? second : greatest(entries, (a, b) => a.gain - b.gain);
  if (best && best.gain >= 2) {
    const cause = best.entry.bias === 0 ? 'its size' : 'its size and bias';
    return [best.entry.token, ` is ${ordinal(best.row + 1)} by ${cause}; by angle it is ${ordinal(best.entry.ranks.cosine)}`];
  }
  const kept = entries.filter(({ entry }) => entry.ranks.cosine <= entries.length).length;
  const length = inWords(entries.length);
  return [`Size changes little here: ${kept === entries.length ? 'all' : inWords(kept)} of the first ${length} ${kept === 1 ? 'is' : 'are'} also among the first ${length} by angle`];
}

/** The likeliest token, and what its direction and its size have to do with it. */
export function nextTokenFinding({ prediction }: PanelState): Words {
  const first = prediction?.top[0];
  if (!prediction || !first) return [];
  const second = others(first, prediction) ?? lifted(prediction.top);
  return [first.token, ` at ${probability(first.probability)}. `, ...second];
}
