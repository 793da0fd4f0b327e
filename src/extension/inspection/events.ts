import type { BackendView } from '../../shared/backend';
import type { OtherModel } from '../../shared/both';
import type { ChatOptions } from '../../shared/chat/view';
import type { Cause } from '../../shared/consent';
import type { EngineError } from '../../shared/errors';
import type { Intent } from '../../shared/intents';
import type { Download, Failure, PanelOptions } from '../../shared/panel';
import type { Question } from './question';
import type { EntryName } from './questions';
import type { AskedSecond } from './second';
import type { Choosing, AskedByPanel, Memory, TextReading, ShownChoice, State } from './state';
import type { Subject } from './subject';
import type { TrackedText } from './trackedText';
import type { ViewChoice } from './views';

/** What the model and the text are asked for, one after the other. */
export const stageSlots = ['describe', 'load', 'renderChat', 'tokenise', 'run'] as const;
export type StageSlot = (typeof stageSlots)[number];

/** A text to inspect. */
export interface WantedEvent {
  readonly subject: Subject;
  readonly tracked: TrackedText;
  readonly chat: ChatOptions | null;
  readonly cause: Cause;
  readonly choosing: Choosing;
  readonly predictsFirst?: boolean;
  /** Asks for the download of a model where one is needed. */
  readonly asks: boolean;
}

/** What is asked for: the stage's next answer, a text of a document, the second model, or an entry of the table. */
export type Slot = StageSlot | 'read' | 'loadOther' | EntryName;

/** Intents that set the parameters of questions. Each is an event as it comes from the page. */
export const lookingIntents = [
  ...([
    'inView',
    'openHead',
    'chooseKey',
    'openNeuron',
    'compareWith',
    'ablate',
    'find',
    'makeVector',
    'steer',
    'chooseAxis',
    'stepAxis',
  ] as const),
  ...(['compareTexts', 'chooseOtherPosition', 'patch', 'stopPatch', 'openPatch'] as const),
  ...(['endComparison', 'compareInTurn', 'besideTokenizer'] as const),
] as const;
export type LookingName = (typeof lookingIntents)[number];
/** `from`: the name of the document that the second text was selected in. `opened`: the key names a file to add. */
export type LookingIntent = Intent<LookingName> & { readonly from?: string | null; readonly opened?: string };

export type Event =
  | LookingIntent
  | { readonly type: 'inspect'; readonly wanted: WantedEvent }
  | { readonly type: 'read'; readonly reading: Omit<TextReading, 'id'> }
  /** Options that the text need not be run for. */
  | { readonly type: 'options'; readonly options: PanelOptions }
  /** The text is inspected again with these options. */
  | { readonly type: 'again'; readonly options: PanelOptions; readonly cause: Cause }
  | { readonly type: 'settings' }
  | { readonly type: 'need'; readonly told: boolean; readonly asks?: boolean }
  | { readonly type: 'agree' }
  | { readonly type: 'cancel'; readonly isFetching: boolean }
  | { readonly type: 'edited' | 'followed' }
  | { readonly type: 'follow'; readonly on: boolean }
  | { readonly type: 'backend'; readonly backend: BackendView | null }
  /** Why the newest text was refused; null: something else was done since. */
  | { readonly type: 'refuse'; readonly failure: Failure | null }
  /** Something failed, and a person was told so. */
  | { readonly type: 'reported'; readonly failure: Failure }
  /** An earlier inspection is shown, with what is known of it. */
  | {
      readonly type: 'restored';
      readonly shown: ShownChoice;
      readonly options: PanelOptions;
      readonly numbersOf: Memory;
      readonly choice: ViewChoice;
      readonly drawn: AskedByPanel;
      readonly answers: State['answers'];
      /** What is known of it although it was computed on another machine. */
      readonly recorded?: readonly (readonly [name: EntryName, value: unknown])[];
      readonly ended?: State['ended'];
    }
  /** Nothing is inspected any more. */
  | { readonly type: 'reset' }
  /** The engine has no model any more. */
  | { readonly type: 'ended' }
  | { readonly type: 'choose'; readonly choice: ViewChoice }
  /** The cursor stands on a token of a model that is not in memory. */
  | { readonly type: 'drawAtOnce' }
  | { readonly type: 'compare'; readonly asked: AskedSecond }
  /** The second has another share of its adapter. */
  | { readonly type: 'scaled'; readonly other: OtherModel }
  | { readonly type: 'opening'; readonly opening: State['opening'] }
  /** The world may have changed, or time has passed. */
  | { readonly type: 'world' | 'late' | 'stale' }
  | { readonly type: 'progress'; readonly slot: Slot; readonly key: string; readonly fraction: number }
  | { readonly type: 'answered'; readonly slot: Slot; readonly question: Question; readonly value: unknown }
  /** It was cancelled, by a run of somebody else or for another load. */
  | { readonly type: 'dropped'; readonly slot: Slot }
  | {
      readonly type: 'failed';
      readonly slot: Slot;
      readonly key: string;
      readonly error: EngineError;
      readonly thrown: unknown;
      /** A sentence for a person, where one stands beside the numbers. */
      readonly said: string;
    };

export type Effect =
  | { readonly do: 'report'; readonly error: unknown }
  /** What is awaited most has failed. */
  | { readonly do: 'fail'; readonly error: unknown }
  | { readonly do: 'releaseOther' | 'endTexts' | 'keep' | 'refuseFollowing' }
  /** The numbers come from another model; `isFirst`: from one at last. */
  | { readonly do: 'forgetModel'; readonly isFirst: boolean }
  | { readonly do: 'giveUp'; cancel(): void }
  | { readonly do: 'askDownload'; readonly download: Download }
  | { readonly do: 'after'; readonly slot: string; readonly milliseconds: number; readonly event: Event }
  | { readonly do: 'drop'; readonly slot: string };

export type Stepped = readonly [State, readonly Effect[]];
