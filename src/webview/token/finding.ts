import * as l10n from '@vscode/l10n';
import type { TokenFacts } from '../../shared/engine';
import { degrees } from '../../shared/format';
import { type ByMetric, type Metric, metrics } from '../../shared/metrics';
import type { PanelState } from '../../shared/panel';
import { listed } from '../../shared/translator';
import { metricWords } from '../parts/metrics';
import { inWords, ordinal } from '../parts/numbers';
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

/** `second by distance and fifth by cosine` */
const ranksBy = (by: readonly Metric[], ranks: ByMetric<number>): string =>
  listed(
    by.map((metric) => metricWords(metric).ranked(ordinal(ranks[metric]))),
    l10n,
  );

const metricsBehind = (ranks: ByMetric<number>): readonly Metric[] => metrics.filter((metric) => ranks[metric] !== 1);

/** `second by distance and fifth by cosine`, by the metrics that do not put it first; or first by all. */
function places(ranks: ByMetric<number>): string {
  const behind = metricsBehind(ranks);
  return behind.length === 0 ? l10n.t('first by all {0} metrics', inWords(metrics.length)) : ranksBy(behind, ranks);
}

/** Whether another column of the table has other ranks: then the sentence says which column it is about. */
const differs = ({ raw, ...others }: TokenFacts['ownRank']): boolean =>
  [others.centred, others.normed].some((ranks) => ranks && metrics.some((metric) => ranks[metric] !== raw[metric]));

function byDotProduct(rank: number, namesRaw: boolean): string {
  if (rank > 10)
    return namesRaw
      ? l10n.t('By dot product it is only {0} in its own raw list', ordinal(rank))
      : l10n.t('By dot product it is only {0} in its own list', ordinal(rank));
  return namesRaw
    ? l10n.t('By dot product it is {0} in its own raw list', ordinal(rank))
    : l10n.t('By dot product it is {0} in its own list', ordinal(rank));
}

/** The token's raw rank in its own list, by the metrics that do not put it first. */
function rawRank(raw: ByMetric<number>, namesRaw: boolean): string {
  const behind = metricsBehind(raw);
  if (behind.length === 0)
    return namesRaw
      ? l10n.t('By all {0} metrics it is first in its own raw list', inWords(metrics.length))
      : l10n.t('By all {0} metrics it is first in its own list', inWords(metrics.length));
  if (behind.length === 1 && behind[0] === 'dot') return byDotProduct(raw.dot, namesRaw);
  return namesRaw
    ? l10n.t('In its own raw list it is {0}', places(raw))
    : l10n.t('In its own list it is {0}', places(raw));
}

/** With the centred rank where that is another. The sentence says `raw` where the lists on screen are centred too. */
function ownListRank(ownRank: TokenFacts['ownRank'], centred: boolean): string {
  const said = rawRank(ownRank.raw, centred || differs(ownRank));
  return isSame(ownRank) ? said : l10n.t('{0}; centred it is {1}', said, places(ownRank.centred));
}

const isSame = ({ raw, centred }: TokenFacts['ownRank']): boolean =>
  metrics.every((metric) => raw[metric] === centred[metric]);

/** For a model with two matrices: the rank of the token's output row in the list of its input vector. */
function crossRank(ownRank: TokenFacts['ownRank'], centred: boolean): string {
  const { raw } = ownRank;
  if (!isSame(ownRank))
    return l10n.t(
      'Among the output rows nearest to its input vector, its own is {0} when raw, {1} when centred',
      places(raw),
      places(ownRank.centred),
    );
  if (centred || differs(ownRank))
    return l10n.t('Among the raw output rows nearest to its raw input vector, its own is {0}', places(raw));
  return metricsBehind(raw).length === 0
    ? l10n.t('By all {0} metrics its input vector finds its own output row first', inWords(metrics.length))
    : l10n.t('Among the output rows nearest to its input vector, its own is {0}', places(raw));
}

/** `angle`: degrees between the token's input vector and its output row. */
function angleSentence(angle: number): string {
  if (angle < 1) return l10n.t('Its input vector and its output row point in one direction');
  if (Math.abs(angle - 90) <= 5)
    return l10n.t('Its input vector and its output row are nearly at right angles ({0})', degrees(angle));
  return angle < 90
    ? l10n.t('Its input vector and its output row are {0} apart', degrees(angle))
    : l10n.t('Its input vector and its output row point away from each other ({0})', degrees(angle));
}

function rankSentence({ token: { outputSize, angleInputOutput }, ownRank }: TokenFacts, centred: boolean): string {
  if (outputSize === undefined) return ownListRank(ownRank, centred);
  const rank = crossRank(ownRank, centred);
  return angleInputOutput === undefined ? rank : l10n.t('{0}. {1}', angleSentence(angleInputOutput), rank);
}

export function tokenFinding(state: PanelState): Words {
  const token = chosenToken(state);
  if (!token) return [];
  const from = origin(state, token.id);
  return state.token
    ? words(l10n.t('{0}, {1}. {2}'), token, from, rankSentence(state.token, state.options.centred))
    : words(l10n.t('{0}, {1}'), token, from);
}
