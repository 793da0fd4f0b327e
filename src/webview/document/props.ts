import type { DocumentView } from '../../shared/document/view';
import type { Actions } from '../actions';
import type { MeasuredLine } from './lines';

export interface DocumentProps {
  readonly document: DocumentView;
  readonly act: Actions;
}

export interface LinesProps extends DocumentProps {
  /** The lines with known tokens. */
  readonly lines: readonly MeasuredLine[];
}
