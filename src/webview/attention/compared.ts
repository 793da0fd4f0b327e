import type { PanelState } from '../../shared/panel';
import type { VocabularyToken } from '../../shared/tokens';

/** Two tokens whose logits are compared. */
export interface Compared {
  readonly output: VocabularyToken;
  readonly against: VocabularyToken;
}

/** The tokens that are compared, once the engine has answered with them. `null` if none are. */
export function comparedOf({
  against,
  attention: { grid },
  journey,
}: Pick<PanelState, 'against' | 'attention' | 'journey'>): Compared | null {
  if (against === null) return null;
  const pair = journey?.pair;
  if (journey && pair && pair.against.id === against) return { output: journey.output, against: pair.against };
  return grid?.against && grid.against.id === against ? { output: grid.output, against: grid.against } : null;
}
