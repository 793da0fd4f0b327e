import * as l10n from '@vscode/l10n';
import type { PanelState } from '../../shared/panel';
import { count } from '../../shared/format';
import { coveredCount, limitIndex } from '../../shared/place';
import { awaited } from '../parts/awaited';

/** Why there is no prediction: it is not made yet, or not made at all. */
export function missing(state: PanelState): string {
  const { text, position } = state;
  if (text && position !== null && position >= limitIndex(text))
    return l10n.t('This token is beyond the first {0}: it has no prediction.', count(coveredCount(text)));
  const wait = awaited(state, l10n.t('Load the model to see what comes next.'));
  if (wait !== null) return wait;
  return text
    ? l10n.t('Not known for this text: run it again.')
    : l10n.t('Inspect a text to see what the model expects next.');
}
