import * as l10n from '@vscode/l10n';
import { predicts } from '../../shared/model';
import type { PanelState } from '../../shared/panel';

/** What missing numbers wait for: work under way, or the model. `null` if neither. */
export function awaited({ status, loaded, model }: PanelState): string | null {
  if (status.kind === 'working') {
    if (status.what === 'loading') return l10n.t('After the model is loaded.');
    return model && !predicts(model) ? l10n.t('After the vocabulary is compared.') : l10n.t('After the run.');
  }
  return model && !loaded ? l10n.t('Load the model to see this.') : null;
}

/** The same, or that the numbers are being computed. */
export const pending = (state: PanelState): string => awaited(state) ?? l10n.t('Computing.');
/** The same for numbers at a position, which a model may not have read. */
export const pendingAt = (state: PanelState, position = state.position): string =>
  state.run && position !== null && position >= state.run.length
    ? l10n.t('The model did not read this token.')
    : pending(state);
