import type { Neighbours } from '../../shared/engine';
import type { PanelState } from '../../shared/panel';
import type { RankedToken } from '../../shared/tokens';
import { inWords } from '../parts/format';
import type { Words } from '../parts/words';

/** How many tokens two lists have in common. */
export function shared(a: readonly RankedToken[], b: readonly RankedToken[]): number {
  const ids = new Set(a.map(({ token }) => token.id));
  return b.filter(({ token }) => ids.has(token.id)).length;
}

/** How far the three lists agree. */
export function agreement({ lists: { euclidean, cosine, dot } }: Neighbours): Words {
  const length = euclidean.length;
  const near = shared(euclidean, cosine);
  const withDistance = shared(euclidean, dot);
  const withCosine = shared(cosine, dot);
  if (near === length && withDistance === length) return [`All three metrics list the same ${inWords(length)} tokens`];
  const first = near === length ? `Distance and cosine list the same ${inWords(length)} tokens` : `Distance and cosine share ${near === 0 ? 'none' : near} of ${length}`;
  if (withDistance === 0 && withCosine === 0) return [`${first}; the dot product shares none with either`];
  if (withDistance === withCosine) return [`${first}; the dot product shares ${inWords(withDistance)} with each`];
  return [`${first}; the dot product shares ${inWords(withDistance)} with distance and ${inWords(withCosine)} with cosine`];
}

export const neighboursFinding = ({ neighbours }: PanelState): Words => (neighbours ? agreement(neighbours) : []);
