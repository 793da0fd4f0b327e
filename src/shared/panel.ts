import type { Encoded, EncodingName, FindResult, LayerMeasures, ModelInfo, Neighbours, Prediction, TokenFacts } from './engine';
import type { Token, VocabularyToken } from './tokens';

/**
 * Host → webview. The panel is a picture of this state: the host sends all of it once the webview is ready, then only what changed.
 * A key that is null is not known (yet), and its place says so.
 */
export interface PanelState {
  readonly status: PanelStatus;
  readonly source: Source | null;
  /** The document changed since these numbers were made. */
  readonly outOfDate: boolean;
  readonly options: PanelOptions;
  readonly model: ModelInfo | null;
  /** What the first load will read; `bytes` is null where the file's length cannot be had. Absent until it is known. */
  readonly upcoming?: { readonly name: string; readonly bytes: number | null };
  readonly text: TextView | null;
  readonly run: RunView | null;
  /** Index of the chosen position among `text.tokens`. */
  readonly position: number | null;
  /** The chosen token: the position's own unless another was chosen. */
  readonly token: TokenFacts | null;
  readonly neighbours: Neighbours | null;
  /** The prediction after the chosen position. */
  readonly prediction: Prediction | null;
  readonly found: Found | null;
  readonly encoded: Readonly<Partial<Record<EncodingName, Encoded | 'loading'>>>;
}

export type PanelStatus =
  /** Nothing was inspected yet. */
  | { readonly kind: 'empty' }
  /** `fraction` is null until something is known. `modelBytes` and `modelName` are set while the model is read. */
  | { readonly kind: 'working'; readonly what: 'loading' | 'running'; readonly fraction: number | null; readonly modelBytes: number | null; readonly modelName?: string }
  | { readonly kind: 'ready' }
  | { readonly kind: 'cancelled' }
  /** What was known before the failure stays in the state. */
  | { readonly kind: 'failed'; readonly message: string };

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
  /** UTF-16 length of the inspected text. */
  readonly characters: number;
  /** How many further selections were not inspected. */
  readonly otherSelections: number;
  /** The line of the cursor was taken, because nothing was selected. */
  readonly wholeLine: boolean;
}

export interface PanelOptions {
  /** Lets the model also see the text before the selection. */
  readonly context: boolean;
  /** At most so many tokens of it. */
  readonly contextTokens: number;
  /** Reads special tokens that are spelled in the text as plain text. */
  readonly plain: boolean;
  /** Neighbours with the matrix's mean row taken off. */
  readonly centred: boolean;
  /** Tokens that get predictions. */
  readonly limit: number;
}

export interface TextView {
  /** The tokens that fit on the panel: context first. */
  readonly tokens: readonly Token[];
  readonly contextCount: number;
  /** Tokens in the whole text, context not counted. */
  readonly total: number;
  /** Tokens without predictions, because they are beyond the limit. */
  readonly leftOut: number;
  /** Tokens that are measured but not drawn. */
  readonly notDrawn: number;
}

/** What every position of the run says; the arrays have one entry a position. */
export interface RunView {
  readonly length: number;
  readonly hiddenSize: readonly number[];
  readonly entropy: readonly number[];
  /** null where no prediction comes before. */
  readonly surprisal: readonly (number | null)[];
  readonly likeliest: readonly (readonly { readonly token: VocabularyToken; readonly probability: number }[])[];
  readonly layers: LayerMeasures;
}

export interface Found extends FindResult {
  readonly query: string;
}

export type HostMessage = { readonly type: 'state'; readonly state: PanelState } | { readonly type: 'change'; readonly change: Partial<PanelState> };

/** Webview → host: what the user wants. */
export type Intent =
  /** The webview is drawn and waits for the state. */
  | { readonly type: 'ready' }
  | { readonly type: 'choosePosition'; readonly position: number }
  /** null goes back to the position's own token. */
  | { readonly type: 'chooseToken'; readonly id: number | null }
  | { readonly type: 'setOptions'; readonly options: Partial<Pick<PanelOptions, 'context' | 'plain' | 'centred'>> }
  /** Inspects the same range again. */
  | { readonly type: 'refresh' }
  | { readonly type: 'cancel' }
  /** An empty query closes the list. */
  | { readonly type: 'find'; readonly query: string }
  | { readonly type: 'encode'; readonly encoding: EncodingName }
  | { readonly type: 'copy'; readonly text: string }
  | { readonly type: 'showLog' };

/** What the webview keeps over a reload of the window; `acquireVsCodeApi().setState` writes it and the serializer reads it. */
export interface KeptState {
  readonly uri: string;
  readonly start: number;
  readonly end: number;
  readonly options: Pick<PanelOptions, 'context' | 'plain' | 'centred'>;
  readonly position: number | null;
  /** null: the position's own. */
  readonly tokenId: number | null;
  /** Choices that the webview keeps to itself. */
  readonly view: ViewChoices;
}

export interface ViewChoices {
  readonly colouring: 'size' | 'surprisal' | 'entropy' | 'none';
  readonly showSizes: boolean;
}
