import type { Failure, Intent, KeptState, PanelState } from '../../shared/panel';
import type { InstrumentIntent } from './instruments/instruments';
import type { ModelSource } from './modelInUse';
import type { Place, Subject } from './subject';

/** What the controller asks of the editor. */
export interface Surroundings extends ModelSource {
  /** The text that stands at a place now; rejects with a sentence when the place is gone. */
  read(place: Place): Promise<Subject>;
  /** Logs a failure, tells the user where that is due, and returns what the panel says of it. */
  failed(error: unknown): Failure;
}

/** The intents that change the state; the others belong to the editor. */
export type StateIntent =
  | Extract<Intent, { readonly type: 'choosePosition' | 'chooseToken' | 'setOptions' | 'refresh' | 'cancel' | 'load' }>
  | InstrumentIntent;

/** How an inspection was left before a reload. */
export type Resumed = Pick<KeptState, 'options' | 'position' | 'tokenId'>;

/** What the controller tells. */
export interface Listeners {
  changed(change: Partial<PanelState>, state: PanelState): void;
  inspectionsChanged(): void;
}
