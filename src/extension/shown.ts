import type { Event } from 'vscode';
import type { PanelState } from '../shared/panel';

/** The present inspection, as all that draw something of it see it. */
export interface Shown {
  readonly state: PanelState;
  /** Fires with the keys of the state that are new. */
  readonly onDidChange: Event<Partial<PanelState>>;
}
