import type { Neighbours } from '../../shared/engine';
import type { PanelState } from '../../shared/panel';
import type { Metric, RankedToken } from '../../shared/tokens';
import { inWords } from '../../shared/format';
import type { Words } from '../parts/words';

/** How many tokens two lists have in common. */
export function shared(a: readonly RankedToken[], b: readonly RankedToken[]): number {
  const ids = new Set(a.map(({ token }) => token.id));
  return b.filter(({ token }) => ids.has(token.id)).length;
}

const noneIn = (many: number): string | number => (many === 0 ? 'none' : many);

/** The dot product first: what it shares with the two others, then what these share. */
function ofDot(length: number, near: number, withDistance: number, withCosine: number): string {
  const others = `distance and cosine ${near === length ? `list the same ${inWords(length)}` : `share ${noneIn(near)}`}`;
  if (withDistance === 0 && withCosine === 0) return `The dot product shares none of ${length} with either; ${others}`;
  if (withDistance === withCosine) return `The dot product shares ${withDistance} of ${length} with each; ${others}`;
  return `The dot product shares ${noneIn(withDistance)} of ${length} with distance and ${noneIn(withCosine)} with cosine; ${others}`;
}

/** How far the three lists agree, the chosen metric first. */
export function agreement({ lists: { euclidean, cosine, dot } }: Neighbours, metric: Metric): Words {
  const length = euclidean.length;
  const near = shared(euclidean, cosine);
  const withDistance = shared(euclidean, dot);
  const withCosine = shared(cosine, dot);
  if (near === length && withDistance === length) return [`All three metrics list the same ${inWords(length)} tokens`];
  if (metric === 'dot') return [ofDot(length, near, withDistance, withCosine)];
  const pair = metric === 'cosine' ? 'Cosine and distance' : 'Distance and cosine';
  const first = near === length ? `${pair} list the same ${inWords(length)} tokens` : `${pair} share ${noneIn(near)} of ${length}`;
  if (withDistance === 0 && withCosine === 0) return [`${first}; the dot product shares none with either`];
  if (withDistance === withCosine) return [`${first}; the dot product shares ${inWords(withDistance)} with each`];
  const [one, other] = [`${inWords(withDistance)} with distance`, `${inWords(withCosine)} with cosine`];
  return [`${first}; the dot product shares ${metric === 'cosine' ? `${other} and ${one}` : `${one} and ${other}`}`];
}

export const neighboursFinding = ({ neighbours, options }: PanelState): Words => (neighbours ? agreement(neighbours, options.metric) : []);
