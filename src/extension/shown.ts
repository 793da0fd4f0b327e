import type { Event } from 'vscode';
import type { MeasuredDocument } from '../shared/document/document';
import type { PanelState } from '../shared/panel';

/** The present inspection, as all that draw something of it see it. */
export interface Shown {
  readonly state: PanelState;
  /** The document that is inspected as a whole; null if nothing is known of one. Its places change with every edit. */
  readonly document: PlacedDocument | null;
  /** Fires with the keys of the state that are new. */
  readonly onDidChange: Event<Partial<PanelState>>;
}

/** What is known of the tokens of a document, and where they stand now. UTF-16 offsets. */
export interface PlacedDocument {
  readonly uri: string;
  readonly measured: MeasuredDocument;
  /** One entry a token; both lists ascend. A token that was edited is empty. */
  readonly places: { readonly starts: Uint32Array; readonly ends: Uint32Array };
  /** The most surprising tokens that are still there. */
  readonly surprising: readonly { readonly start: number; readonly end: number }[];
}
