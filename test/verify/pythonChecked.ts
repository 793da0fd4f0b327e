import type { MeasuredDocument } from '../../src/shared/document/document';
import type { PanelState } from '../../src/shared/panel';
import type { What } from '../../src/shared/python';

/** A line of a script's output: its name, and its numbers; null for one that is not compared. */
export type Line = readonly [string, ...(number | null)[]];

export interface Checked {
  readonly what: What;
  /** Tells several checks of one figure apart. */
  readonly of?: string;
  readonly state: PanelState;
  readonly document?: MeasuredDocument;
  readonly lines: readonly Line[];
  /** The difference of a smaller number is taken relative to this. */
  readonly least?: number;
}
