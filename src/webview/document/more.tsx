import * as l10n from '@vscode/l10n';
import { count } from '../../shared/format';
import { passFocus } from '../parts/passFocus';

interface MoreProps {
  /** Rows that are not drawn yet. */
  readonly left: number;
  readonly step: number;
  readonly onMore: () => void;
}

/** Draws more rows of the table before it. */
export function More({ left, step, onMore }: MoreProps) {
  if (left <= 0) return null;
  return (
    <button
      type="button"
      class="text-link above"
      onClick={(event) => {
        if (left <= step) passFocus(event, '.fold', '[data-roving][tabindex="0"]');
        onMore();
      }}
    >
      {l10n.t('Show {0} more', count(Math.min(left, step)))}
    </button>
  );
}
