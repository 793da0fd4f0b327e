import * as l10n from '@vscode/l10n';
import { useEffect } from 'preact/hooks';
import { canFollow } from '../../shared/appended';
import type { PanelState } from '../../shared/panel';
import type { NamedToken } from '../../shared/tokens';
import type { Actions } from '../actions';
import type { Column } from '../parts/columns';
import { tokenLabel } from '../parts/words';
import type { SectionProps } from '../section';

/** How a text goes on with a predicted token. */
export interface Continues {
  readonly plain: boolean;
  readonly onContinue: (id: number) => void;
}

/** After the last token of the whole text alone: a token that was expected elsewhere would not follow there. */
export function continuesOf({ text, position, options }: PanelState, act: Actions): Continues | undefined {
  if (!text || position !== text.tokens.length - 1 || text.notDrawn > 0 || text.leftOut > 0) return undefined;
  return {
    plain: options.plain && !text.chat,
    onContinue: (id) => {
      awaitsFocus = true;
      act.post({ type: 'continueWith', id });
    },
  };
}

/** Leads to the position where the text can go on. */
export function WhereToContinue({ state: { text, position, prediction }, act }: Pick<SectionProps, 'state' | 'act'>) {
  const last = (text?.tokens.length ?? 0) - 1;
  if (!prediction || position === last) return null;
  return (
    <button type="button" class="text-link" onClick={() => act.post({ type: 'choosePosition', position: last })}>
      {l10n.t('Choose the last token to continue the text with a prediction')}
    </button>
  );
}

/** The new table takes the focus that the table before it had. */
let awaitsFocus = false;

/** Keeps the focus in the table while a person goes on from token to token. */
export const useFocusKept = (continues: Continues | undefined, of: unknown): void =>
  useEffect(() => {
    if (!awaitsFocus || !continues) return;
    awaitsFocus = false;
    if (document.activeElement === document.body)
      document.querySelector<HTMLElement>('.prediction-table .continue')?.focus({ preventScroll: true });
  }, [of]);

/** A button in every row whose token the text can go on with. */
export const continueColumn = <R,>(tokenOf: (row: R) => NamedToken, { plain, onContinue }: Continues): Column<R> => ({
  head: '',
  cells: 'continue-cell',
  value: (row) => (canFollow(tokenOf(row), plain) ? tokenOf(row) : undefined),
  draw: (row) => (canFollow(tokenOf(row), plain) ? '+' : null),
  press: (row) => onContinue(tokenOf(row).id),
  button: (row) => {
    const label = l10n.t('Continue with {0}', tokenLabel(tokenOf(row)));
    return { class: 'continue', title: label, 'aria-label': label };
  },
});
