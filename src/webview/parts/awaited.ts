import * as l10n from '@vscode/l10n';
import { predicts } from '../../shared/model';
import type { PanelState } from '../../shared/panel';

/** What missing numbers wait for: work under way or, in the words of `load`, the model. `null` if neither. */
export function awaited({ status, loaded, model }: PanelState, load: string): string | null {
  if (status.kind === 'working') {
    if (status.what === 'loading') return l10n.t('After the model is loaded.');
    return model && !predicts(model) ? l10n.t('After the vocabulary is compared.') : l10n.t('After the run.');
  }
  return model && !loaded ? load : null;
}
