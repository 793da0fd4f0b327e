import type { LayerPart, Replacement } from '../../shared/ablation';
import type { Head } from '../../shared/attention';
import type { Backend, BackendView } from '../../shared/backend';
import type { ChatOptions } from '../../shared/chat/view';
import { clear, type Cause } from '../../shared/consent';
import type { AxisChoice, InView, PatchView, VectorView } from '../../shared/instruments';
import type { LoadRequest, ModelInfo } from '../../shared/model';
import type { Neuron } from '../../shared/neurons';
import type { Colouring, PanelOptions, PanelState, PanelStatus, RunView } from '../../shared/panel';
import type { TextView } from '../../shared/place';
import type { Run } from '../../shared/run';
import type { Side } from '../../shared/sides';
import type { NamedToken, TextRequest } from '../../shared/tokens';
import type { Translator } from '../../shared/translator';
import type { Steering } from '../../shared/vectors/steering';
import type { Answers } from './question';
import { noSecond, type Second } from './second';
import type { SubjectPlace, Subject } from './subject';
import type { NamedFile } from './surroundings';
import type { TrackedText } from './trackedText';
import type { ViewChoice } from './views';

/** Visited entries, with the way back and forward; the present one is at `at`. */
interface History<T> {
  readonly entries: readonly T[];
  readonly at: number;
}

const noHistory: History<never> = { entries: [], at: -1 };

const most = 50;

/** Adds an entry and forgets those ahead, unless it is the present one. */
export function visited<T>(history: History<T>, entry: T, isSame: (a: T, b: T) => boolean): History<T> {
  const { entries, at } = history;
  const now = entries[at];
  if (now !== undefined && isSame(now, entry)) return history;
  const visited = [...entries.slice(0, at + 1), entry].slice(-most);
  return { entries: visited, at: visited.length - 1 };
}

/** One step back or forward; null if there is none. */
export function stepped<T>({ entries, at }: History<T>, by: -1 | 1): { history: History<T>; entry: T } | null {
  const entry = entries[at + by];
  return entry === undefined ? null : { history: { entries, at: at + by }, entry };
}

/** What a step may look at beside the state. The runner reads it once an event, so it cannot change within one. */
export interface World {
  /** The model that the settings name. */
  readonly wanted: LoadRequest;
  isAgreed(address: string): boolean;
  /** Files whose tokenizers can be tried; null where no files can be read. */
  tokenizers(): readonly NamedFile[] | null;
  /** What the layers run on. */
  readonly backend: BackendView | null;
  readonly lab: PanelState['lab'];
  readonly l10n: Translator;
  /** A sentence: the comparison with the model of this name has ended, since the loaded one is another. */
  comparisonEnded(name: string): string;
}

/** Where the choice goes once the tokens are known. */
export type Choosing =
  /** The last position, or what was chosen before a reload. */
  | { readonly to: 'first'; readonly position?: number | null; readonly tokenId?: number | null }
  | { readonly to: 'last' }
  /** The characters that are chosen in this text. `grows`: what is written at its end is gone on with. */
  | {
      readonly to: 'same';
      readonly from: { readonly text: string; readonly view: TextView } | null;
      readonly grows: boolean;
    };

/** The newest text that somebody wants to see. */
export interface Wish {
  /** No other wish has it, and it stays the same while the wish does. */
  readonly id: object;
  readonly subject: Subject;
  /** Where the text stands by now; edits move it. */
  readonly tracked: TrackedText;
  readonly chat: ChatOptions | null;
  readonly cause: Cause;
  readonly choosing: Choosing;
  /** What comes next is awaited most, so it does not wait for the neighbours. */
  readonly predictsFirst: boolean;
  /** Inspections with equal keys have equal numbers. */
  readonly key: string;
  /** All is shown: later questions are not part of it. */
  readonly isDone: boolean;
  /** What was wanted before it. */
  readonly before: Pick<Wish, 'id' | 'chat'> | null;
}

/** The text that the numbers belong to. */
export interface ShownChoice {
  readonly wish: Wish;
  readonly request: TextRequest;
  readonly text: TextView;
  /** What a chat template made of the text, and what was appended. */
  readonly rendered?: string;
  readonly ran: Ran | null;
  /** What the layers ran on when its run was asked for. */
  readonly startedOn: BackendView | null;
  /** An option that the numbers were made with: whether they depend on the text before. */
  readonly hasContext: boolean;
}
export interface Ran {
  readonly run: Run | null;
  readonly view: RunView;
  /** The life of the engine that knows its handle; null: none does. */
  readonly life: number | null;
}

/** A model that is in memory, or that numbers come from. */
export interface Memory {
  readonly key: string;
  readonly info: ModelInfo;
}

/** A text that is read to be inspected. */
export interface TextReading {
  readonly id: object;
  readonly place: SubjectPlace;
  readonly cause: Cause;
  readonly asks: boolean;
  /** null: the text is inspected anew as it was. */
  readonly resumed: {
    readonly choosing: Choosing;
    readonly chat: ChatOptions | null;
    readonly appended: readonly NamedToken[];
  } | null;
  readonly grows: boolean;
}

/** A token, or another axis of the vectorscope. The side is that of a model with two matrices. */
export type AxisPlace =
  | { readonly kind: 'token'; readonly id: number; readonly side?: Side }
  | Exclude<AxisChoice, { readonly kind: 'token' }>;

/** The choice that is drawn: its numbers change together, so that no token stands beside another position. */
export type AskedByPanel = Pick<PanelState, 'position' | 'token' | 'neighbours' | 'prediction'>;

/** The parameters of questions: nothing here is an answer. */
export interface Looking {
  readonly query: string | null;
  readonly against: number | null;
  readonly head: Head | null;
  /** The key whose score is drawn at every distance. */
  readonly key: number | null;
  readonly neuron: Neuron | null;
  readonly ablation: { readonly part: LayerPart; readonly by: Replacement } | null;
  /** With what is wrong with its vector. */
  readonly steering: { readonly steering: Steering; readonly fault: VectorView['fault'] } | null;
  readonly vector: string | null;
  readonly axis: AxisChoice;
  /** Which of a token's vectors was chosen last. */
  readonly side: Side | undefined;
  readonly history: History<AxisPlace>;
  readonly texts: OtherText | null;
  /** The tokenizers in files, as they were listed last, those that a person opened, and the key of the chosen one. */
  readonly tokenizers: {
    readonly listed: readonly NamedFile[] | null;
    readonly opened: readonly NamedFile[];
    readonly beside: string | null;
  };
  /** The matrices of both models that were in sight last. */
  readonly matrices: Readonly<Record<'rows' | 'neighbours', Side>>;
}

/** A second text. `failure`: a sentence for a person; what failed would fail again. */
export interface OtherText {
  readonly text: string;
  /** Of a text that begins as A does. */
  readonly appended?: TextRequest['appended'];
  readonly from: string | null;
  /** The run of A that its numbers belong to. */
  readonly of: TextRequest | null;
  /** The request for B: read as A is, without anything before it unless it begins as A does. */
  readonly other: TextRequest | null;
  readonly position: number | null;
  readonly failure: string | null;
  /** `pair`: the key of the question for the two positions that the grid is about. */
  readonly patch:
    | (Pick<PatchView, 'part' | 'layer' | 'tokens'> & {
        readonly pair: string | null;
        readonly isStopped: boolean;
        readonly open: { readonly row: number; readonly at: number } | null;
      })
    | null;
}

export interface State {
  readonly options: PanelOptions;
  readonly wish: Wish | null;
  readonly reading: TextReading | null;
  readonly shown: ShownChoice | null;
  /** How the last work ended, if not well. Nothing goes on until a person acts. */
  readonly ended: Extract<PanelStatus, { kind: 'cancelled' | 'failed' | 'not-downloaded' }> | null;
  /** Why the newest text was refused, over all else. */
  readonly refusal: Extract<PanelStatus, { kind: 'failed' }> | null;
  /** Somebody needs the model; `told`: who asked is told of a failure by the status. */
  readonly needs: { readonly told: boolean } | null;
  /** Whether the user is asked for a download that the work under way needs. */
  readonly asks: boolean;
  /** Why the model is not there, for those who wait for it. */
  readonly loadError: unknown;
  /** The model that the numbers come from. */
  readonly numbersOf: Memory | null;
  readonly memory: Memory | null;
  /** Counts the engine's lives: handles die with theirs. */
  readonly life: number;
  /** An engine that has ended has yet to say so of what was under way. */
  readonly isDying: boolean;
  /** The model whose download a person has agreed to. */
  readonly yes: string | null;
  /** The backend of the layers as far as it is known, and how often it has changed. */
  readonly backends: { readonly name: Backend; readonly changes: number };
  readonly followsEdits: boolean;
  /** A model whose file is being looked at, for which nothing is known yet. */
  readonly opening: { readonly name: string; cancel(): void } | null;
  /** Whether the shown text reads differently by now. */
  readonly isOld: boolean;
  readonly choice: ViewChoice;
  readonly drawn: AskedByPanel;
  /** The run whose first example is drawn, or was given up for a choice of the user. */
  readonly exampleOf: TextRequest | null;
  readonly sight: InView;
  readonly looking: Looking;
  readonly second: Second;
  /** What the tokens were coloured by before the difference. */
  readonly colouring: Colouring;
  readonly answers: Answers;
  /** By slots: how far the answer to the question with this key is, 0 … 1. */
  readonly progress: Readonly<Record<string, { readonly key: string; readonly fraction: number }>>;
}

export const noLooking: Looking = {
  query: null,
  against: null,
  head: null,
  key: null,
  neuron: null,
  ablation: null,
  steering: null,
  vector: null,
  axis: { kind: 'token' },
  side: undefined,
  history: noHistory,
  texts: null,
  tokenizers: { listed: null, opened: [], beside: null },
  matrices: { rows: 'output', neighbours: 'output' },
};

export const noChoice: AskedByPanel = { position: null, token: null, neighbours: null, prediction: null };

export const initialState = (options: PanelOptions): State => ({
  options,
  ...{ wish: null, reading: null, shown: null, ended: null, refusal: null, needs: null, asks: false, loadError: null },
  ...{ numbersOf: null, memory: null, life: 0, isDying: false, yes: null, backends: { name: 'wasm', changes: 0 } },
  ...{ followsEdits: false, isOld: false, opening: null },
  choice: { position: null, tokenId: null },
  drawn: noChoice,
  exampleOf: null,
  sight: {},
  looking: noLooking,
  second: noSecond,
  colouring: options.colouring,
  answers: {},
  progress: {},
});

/** The chosen token; null if none is. Without matrices nothing is known of a token but its place in the text. */
export function tokenOf(
  { position, tokenId }: ViewChoice,
  text: TextView | null,
  model: ModelInfo | null,
): number | null {
  const own = position === null ? undefined : text?.tokens[position]?.id;
  return model === null || model.sizes === null ? null : (tokenId ?? own ?? null);
}

export const placeOfWish = ({ subject: { uri }, tracked }: Pick<Wish, 'subject' | 'tracked'>): SubjectPlace => ({
  uri,
  ...tracked.range,
});

/** A text that is on its way. */
export const underWay = ({ wish, ended }: State): Wish | null => (wish && !wish.isDone && !ended ? wish : null);

/** The shown text as the model gets it: rendered, if it is a conversation. */
export const readOf = ({ rendered, wish }: ShownChoice): string => rendered ?? wish.subject.text;

/** What a text may be asked with; `held`: the address of the server that may not get it. */
export const leaveOf = ({ cause }: Wish, { wanted, isAgreed }: World) => clear(wanted, cause, isAgreed);
