import * as l10n from '@vscode/l10n';
import type { PanelState } from '../../shared/panel';
import type { VocabularyToken } from '../../shared/tokens';
import { isElsewhere } from '../store';
import { namesOf } from './vocabulary';
import { type Words, words } from './words';

/** The token whose logit is pushed: one that was chosen elsewhere than in the text, else the likeliest. */
export const pushedToken = (state: PanelState): VocabularyToken | null =>
  isElsewhere(state) ? (state.token?.token ?? null) : (state.prediction?.top[0]?.token ?? null);

/** The logit that is pushed, or the two whose difference is. */
export interface Target {
  readonly output: VocabularyToken;
  readonly against: VocabularyToken | null;
}

/** `·Paris`, or `·Paris over ·London`. */
export const targetWords = ({ output, against }: Target): Words =>
  against ? words(l10n.t('{0} over {1}'), output, against) : [output];

/** Id of the element that has the comparison. */
export const comparisonId = 'comparison';

/** Two tokens whose logits are compared. */
export interface Compared extends Target {
  readonly against: VocabularyToken;
}

/** The tokens that are compared. `null` if none are, or their names are not known yet. */
export function comparedOf(state: PanelState): Compared | null {
  const {
    against,
    attention: { grid },
    journey,
    prediction,
    vocabulary,
  } = state;
  if (against === null) return null;
  const pair = journey?.pair;
  if (journey && pair && pair.against.id === against) return { output: journey.output, against: pair.against };
  if (grid?.against && grid.against.id === against) return { output: grid.output, against: grid.against };
  // Nothing that needs the pair was in sight since it was chosen.
  const output = pushedToken(state);
  const other =
    prediction?.top.find(({ token }) => token.id === against)?.token ??
    (vocabulary && namesOf(vocabulary).token(against));
  return output && other ? { output, against: other } : null;
}
