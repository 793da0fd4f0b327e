import * as l10n from '@vscode/l10n';
import type { TokenFacts } from '../../shared/engine';
import { count, degrees } from '../../shared/format';
import { type ByMetric, metrics } from '../../shared/metrics';
import type { PanelState } from '../../shared/panel';
import { listedInWords } from '../../shared/translator';
import { metricWords } from '../parts/metrics';
import { ordinal } from '../parts/numbers';
import { placeName } from '../parts/place';
import { type Words, words } from '../parts/words';
import { chosenToken, ownToken } from '../store';

/** Where the token with this id comes from: the chosen position, the prediction after it, or the vocabulary. */
export function origin({ text, position, prediction, ...state }: PanelState, id: number): string {
  if (!text || position === null) return l10n.t('from the vocabulary');
  const place = placeName(text, position);
  if (ownToken({ text, position, prediction, ...state })?.id === id) return place;
  const rank = prediction?.top.findIndex(({ token }) => token.id === id) ?? -1;
  if (rank === 0) return l10n.t('predicted after {0}', place);
  if (rank > 0) return l10n.t('{0} in the prediction after {1}', ordinal(rank + 1), place);
  return text.tokens.some((token) => token.id === id) ? l10n.t('elsewhere in the text') : l10n.t('from the vocabulary');
}

/** `second by distance and fifth by cosine`, by the metrics that do not put it first; or first by all. */
function places(ranks: ByMetric<number>): string {
  const behind = metrics.filter((metric) => ranks[metric] !== 1);
  if (behind.length === 0) return l10n.t('first by all {0} metrics', count(metrics.length));
  return listedInWords(
    behind.map((metric) => metricWords(metric).ranked(ordinal(ranks[metric]))),
    l10n,
  );
}

const isSame = ({ raw, centred }: TokenFacts['ownRank']): boolean =>
  metrics.every((metric) => raw[metric] === centred[metric]);

/**
 * The rank in its own list, or for a model with two matrices that of its output row in the list of its input vector,
 * with the centred rank where that is another.
 */
function rankSentence({ token: { outputSize, angleInputOutput }, ownRank }: TokenFacts): string {
  const place = places(ownRank.raw);
  const raw =
    outputSize === undefined
      ? l10n.t('In its own list it is {0}', place)
      : l10n.t('Among the output rows nearest to its input vector, its own is {0}', place);
  const said = isSame(ownRank) ? raw : l10n.t('{0}; centred it is {1}', raw, places(ownRank.centred));
  if (angleInputOutput === undefined) return said;
  const apart = l10n.t('Its input vector and its output row are {0} apart', degrees(angleInputOutput));
  return l10n.t('{0}. {1}', apart, said);
}

export function tokenFinding(state: PanelState): Words {
  const token = chosenToken(state);
  if (!token) return [];
  const from = origin(state, token.id);
  return state.token
    ? words(l10n.t('{0}, {1}. {2}'), token, from, rankSentence(state.token))
    : words(l10n.t('{0}, {1}'), token, from);
}
