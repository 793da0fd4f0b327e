import * as l10n from '@vscode/l10n';
import type { VocabularyToken } from '../../shared/tokens';
import { tokenLabel } from '../parts/words';

/** The tokens that are set against each other. */
export interface LogitComparison {
  /** The token whose logit is pushed. */
  readonly pushed: VocabularyToken | null;
  /** Id of the token that it is compared with. */
  readonly against: number | null;
  /** `null` ends the comparison. */
  readonly onCompare: (id: number | null) => void;
}

interface RankProps extends Pick<LogitComparison, 'pushed'> {
  readonly rank: number;
  readonly token: VocabularyToken;
  readonly isAgainst: boolean;
  readonly onCompare: (() => void) | undefined;
}

/** The rank of a row. Beside it stands a button that compares the row's token with the pushed one. */
export function Rank({ rank, token, pushed, isAgainst, onCompare }: RankProps) {
  if (!onCompare || !pushed) return <>{rank}</>;
  const label = isAgainst
    ? l10n.t('vs: end the comparison with {0}', tokenLabel(token))
    : l10n.t('vs: compare {0} with {1}', tokenLabel(pushed), tokenLabel(token));
  return (
    <>
      <span class="rank-number">{rank}</span>
      <button
        type="button"
        class="compare"
        tabIndex={-1}
        aria-pressed={isAgainst}
        aria-label={label}
        title={label}
        onClick={onCompare}
      >
        {l10n.t('vs')}
      </button>
    </>
  );
}
