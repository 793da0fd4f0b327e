import type { PanelState } from '../../shared/panel';

/** Why what the model says is not shown, as a sentence about `what`: it is on its way, or the model is not there. Null where it is neither. */
export function awaited({ status, loaded, model }: PanelState, what: string): string | null {
  if (status.kind === 'working') return status.what === 'loading' ? 'After the model is loaded.' : 'After the run.';
  return model && !loaded ? `Load the model to see ${what}.` : null;
}
