import type { MeasuredDocument } from '../../src/shared/document/document';
import type { PanelState } from '../../src/shared/panel';
import type { What } from '../../src/shared/python';

/** A line of a script's output: its name, and its numbers; null for one that is not compared. */
export type Line = readonly [string, ...(number | null)[]];

export interface Checked {
  readonly what: What;
  /** Where one has several. */
  readonly of?: string;
  readonly state: PanelState;
  readonly document?: MeasuredDocument;
  readonly lines: readonly Line[];
  /** Numbers below it are compared as if they were as large. */
  readonly least?: number;
}
