import type { Backend } from './backend';
import type { ChatOptions } from './chat/view';
import type { FetchedFile, FindResult, LayerMeasures, ModelInfo, Neighbours, Prediction, TokenFacts } from './engine';
import type { GpuToPage, GpuUp } from './gpu';
import type { PanelOnlyState } from './instruments';
import type { PromptEdge } from './matters';
import type { Metric } from './metrics';
import type { TextView } from './place';
import type { Room, SectionId } from './rooms';
import type { LikelyToken } from './run';
import type { NeighbourSpace } from './sides';

/** What the tokens of a text can be coloured by. */
export const colourings = ['size', 'surprisal', 'entropy', 'none'] as const;
/** Also by the attention of the open head, the divergence of two models or what mattered, as long as there is one. */
export const allColourings = [...colourings, 'attention', 'neuron', 'difference', 'matters'] as const;
export type Colouring = (typeof allColourings)[number];

/** The parts of an inspection that can be taken out of it. */
export const exportable = ['tokens', 'neighbours', 'predictions'] as const;
export type Exportable = (typeof exportable)[number];

/**
 * Host → webview. The panel is a picture of this state: the host sends all of it once the webview is ready, then only
 * what changed. A key that is null is not known (yet), and its place says so.
 */
export interface PanelState extends PanelOnlyState {
  readonly status: PanelStatus;
  readonly source: Source | null;
  /** The document changed since these numbers were made. */
  readonly outOfDate: boolean;
  /** The text is inspected again whenever it was edited. */
  readonly followsEdits: boolean;
  readonly options: PanelOptions;
  /** The model that the numbers come from; it stays known after its memory was given back. */
  readonly model: ModelInfo | null;
  /** The model is in memory: neighbours and predictions come without loading it. */
  readonly loaded: boolean;
  /** What the first load will read. Absent until it is known. */
  readonly upcoming?: UpcomingModel;
  /** Present if there were inspections before a reload. */
  readonly isKnown?: true;
  readonly text: TextView | null;
  readonly run: RunView | null;
  /** Index of the chosen position among `text.tokens`. */
  readonly position: number | null;
  /** The chosen token: the position's own unless another was chosen. */
  readonly token: TokenFacts | null;
  readonly neighbours: Neighbours | null;
  /** The prediction after the chosen position. */
  readonly prediction: Prediction | null;
  readonly found: FoundTokens | null;
}

/** What is known of a model before it is read. */
export interface UpcomingModel {
  readonly name: string;
  /** null if the length of the file is not known. */
  readonly bytes: number | null;
  /** Present if this browser does not hold the model yet. */
  readonly download?: Download;
  /** The place of the server that runs it: `localhost:8080`. Absent if it runs here. */
  readonly server?: string;
}

/** A model that a browser downloads once a person has agreed. */
export interface Download {
  readonly name: string;
  readonly bytes: number;
  /** The server, in a person's words: `vscode-unpkg.net`. */
  readonly from: string;
}

export type PanelStatus =
  /** Nothing was inspected yet. */
  | { readonly kind: 'empty' }
  /**
   * `fraction` is null until something is known. `modelBytes` and `modelName` are set while the model is read, `server`
   * while it is connected to,
   * `endedRun` where a run on another model was ended for it, `fetched` while the model's file is fetched, `comparing`
   * while a run waits until it is known what the layers run on.
   */
  | {
      readonly kind: 'working';
      readonly what: 'loading' | 'running';
      readonly fraction: number | null;
      readonly modelBytes: number | null;
      readonly modelName?: string;
      /** Its place: `localhost:8080`. */
      readonly server?: string;
      readonly endedRun?: true;
      readonly fetched?: FetchedFile;
      readonly comparing?: true;
    }
  | { readonly kind: 'ready' }
  /** `fetching` is set where the model's file was being fetched. */
  | { readonly kind: 'cancelled'; readonly fetching?: true }
  /** The model is needed, and nobody has agreed to its download yet. */
  | ({ readonly kind: 'not-downloaded' } & Download)
  /**
   * The text was not sent to the server that runs the model, since the user did not ask for this inspection. `server`
   * is its place: `localhost:8080`.
   */
  | { readonly kind: 'not-sent'; readonly server: string }
  /** What was known before the failure stays in the state. */
  | ({ readonly kind: 'failed' } & Failure);

export interface Failure {
  /** A sentence for a person. */
  readonly message: string;
  /**
   * What helps next: the log, the settings that name the model, the list of models, its geometry, another try, another
   * key for the server, the sample text, or trust in the workspace.
   * `null` if the message says everything.
   */
  readonly help: 'log' | 'settings' | 'models' | 'geometry' | 'again' | 'key' | 'sample' | 'trust' | null;
  /** Names that can be chosen instead. */
  readonly choices?: readonly string[];
}

export interface Source {
  /** The document's file name, for a person. */
  readonly name: string;
  /** The document's URI as a string: what a reload finds it by. */
  readonly uri: string;
  /** UTF-16 offsets of the inspected range in the document. */
  readonly start: number;
  readonly end: number;
  /** The inspected text, cut for display. */
  readonly excerpt: string;
  /** Length of the inspected text in code points. */
  readonly characters: number;
  /** How many further selections were not inspected. */
  readonly otherSelections: number;
  /** The line of the cursor was taken, because nothing was selected. */
  readonly wholeLine: boolean;
}

export interface PanelOptions {
  /** Lets the model also see the text before the selection. */
  readonly context: boolean;
  /** The most tokens of that context. */
  readonly contextTokens: number;
  /** Reads special tokens that are spelled in the text as plain text. */
  readonly plain: boolean;
  /**
   * Reads the text as a conversation and inspects what the model's chat template makes of it: without context, and with
   * the control tokens that it spells. null: the text as it is.
   */
  readonly chat: ChatOptions | null;
  /** Neighbours with the matrix's mean row taken off. */
  readonly centred: boolean;
  /** Which of a token's vectors is compared with which rows, where the model has two matrices. */
  readonly space: NeighbourSpace;
  /** Tokens that get predictions. */
  readonly limit: number;
  /** What the tokens are coloured by, here and in the editor. */
  readonly colouring: Colouring;
  /** The metric whose list stands first where there is no room for three beside each other. */
  readonly metric: Metric;
  /** Entries of each list of neighbours, the token itself included. */
  readonly neighbours: number;
  /** Predicted tokens that are listed. */
  readonly top: number;
}

/** What every position of the run says; the arrays have one entry a position. */
export interface RunView {
  readonly length: number;
  /** What the layers ran on; absent if that was being found out meanwhile. */
  readonly backend?: Backend;
  /** null where h is not known. */
  readonly hiddenSize: readonly (number | null)[];
  /** null where nothing is known of the prediction. */
  readonly entropy: readonly (number | null)[];
  /** Present if only a list of the likeliest tokens is known: `entropy` is then the least value. */
  readonly listed?: {
    /** The greatest value; null if the size of the vocabulary is not known. */
    readonly entropyAtMost: readonly (number | null)[];
    /** Whether the surprisal is at least the given value. */
    readonly isLeast: readonly boolean[];
  };
  /** null where no prediction comes before. */
  readonly surprisal: readonly (number | null)[];
  readonly likeliest: readonly (readonly LikelyToken[])[];
  readonly layers: LayerMeasures;
  /** Present if the text ends inside a word. */
  readonly edge?: PromptEdge;
}

export interface FoundTokens extends FindResult {
  readonly query: string;
}

export type HostMessage =
  | { readonly type: 'state'; readonly state: PanelState }
  | { readonly type: 'change'; readonly change: Partial<PanelState> }
  /** Opens a room as it was left. */
  | { readonly type: 'open'; readonly room: Room }
  /** Brings a section of the panel into sight. `from`: only from these rooms. */
  | { readonly type: 'goTo'; readonly section: SectionId; readonly from?: readonly Room[] };

/** What goes to and from the GPU's worker in the panel's page, beside state and intents. */
export interface GpuToPanel {
  readonly type: 'gpu';
  readonly message: GpuToPage;
}
export interface GpuFromPanel {
  readonly type: 'gpu';
  readonly message: GpuUp;
}
