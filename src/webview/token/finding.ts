import type { TokenFacts } from '../../shared/engine';
import type { PanelState } from '../../shared/panel';
import { type Metric, metrics } from '../../shared/tokens';
import { ordinal } from '../../shared/format';
import type { Words } from '../parts/words';
import { chosenToken, ownToken } from '../store';
import { placeOf } from '../../shared/place';

export const metricName: Readonly<Record<Metric, string>> = { euclidean: 'distance', cosine: 'cosine', dot: 'dot product' };

/** Where a token comes from: the chosen position, the prediction after it, or the vocabulary. */
export function origin({ text, position, prediction, ...state }: PanelState, id: number): string {
  if (!text || position === null) return 'from the vocabulary';
  const place = placeOf(text, position);
  if (ownToken({ text, position, prediction, ...state })?.id === id) return place;
  const rank = prediction?.top.findIndex(({ token }) => token.id === id) ?? -1;
  if (rank === 0) return `predicted after ${place}`;
  if (rank > 0) return `${ordinal(rank + 1)} in the prediction after ${place}`;
  return text.tokens.some((token) => token.id === id) ? 'elsewhere in the text' : 'from the vocabulary';
}

/** Whether the token is the best match of its own vector; where not by every metric, by which and how far down. The ranks are raw, which is said where the lists beside are centred. */
function ownPlace({ raw }: TokenFacts['ownRank'], centred: boolean): string {
  const list = centred ? 'own raw list' : 'own list';
  const behind = metrics.filter((metric) => raw[metric] !== 1);
  if (behind.length === 0) return `By all three metrics it is first in its ${list}`;
  if (behind.length === 1 && behind[0] === 'dot') return `By dot product it is ${raw.dot > 10 ? 'only ' : ''}${ordinal(raw.dot)} in its ${list}`;
  const places = behind.map((metric) => `${ordinal(raw[metric])} by ${metricName[metric]}`);
  return `In its ${list} it is ${places.length > 1 ? `${places.slice(0, -1).join(', ')} and ${places.at(-1)}` : places[0]}`;
}

export function tokenFinding(state: PanelState): Words {
  const token = chosenToken(state);
  if (!token) return [];
  const place = `, ${origin(state, token.id)}`;
  return [token, state.token ? `${place}. ${ownPlace(state.token.ownRank, state.options.centred)}` : place];
}
