import { predicts } from '../../shared/model';
import type { PanelState } from '../../shared/panel';

/** Index of the example at the chosen position, or of the first one where that has none; null without examples. */
export function shownExample({ contrasts, position }: Pick<PanelState, 'contrasts' | 'position'>): number | null {
  if (contrasts?.kind !== 'part' || contrasts.examples.length === 0) return null;
  return Math.max(
    contrasts.examples.findIndex((example) => example.position === position),
    0,
  );
}

/** Whether the examples are still to come: the text is run, or its positions are compared. */
export function isAwaited({ contrasts, model, run, status, loaded }: PanelState): boolean {
  if (contrasts || !model || !predicts(model) || run?.listed) return false;
  // An inspection that a server made earlier is not sent again to be compared.
  return status.kind === 'working' || (status.kind === 'ready' && loaded && !model.server);
}
