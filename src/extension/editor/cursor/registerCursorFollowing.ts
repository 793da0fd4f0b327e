import * as vscode from 'vscode';
import { ascending } from '../../../shared/inDocument';
import type { MeasureHandler } from '../../handlerTimes';
import { setContextKey } from '../../registerContextKeys';
import type { Shown } from '../../shown';
import type { RevealedText } from './revealedText';
import { tokenAt } from './tokenAt';

/**
 * Chooses the token under the cursor, or at the start of a selection. A selection of the whole inspected text chooses
 * none. `follow` may hear of a token that is chosen already.
 */
export function registerCursorFollowing(
  shown: Shown,
  revealed: RevealedText,
  follow: (position: number) => void,
  measure: MeasureHandler,
): vscode.Disposable {
  let followed = false;
  return vscode.window.onDidChangeTextEditorSelection(
    measure((event) => {
      const { document } = event.textEditor;
      const [selection] = event.selections;
      if (!selection || revealed.accountsFor(event)) return;
      const { source, text, outOfDate, position } = shown.state;
      if (!source || !text || outOfDate || document.uri.toString() !== source.uri) return;
      const start = document.offsetAt(selection.start);
      if (!selection.isEmpty && start === source.start && document.offsetAt(selection.end) === source.end) return;
      const found = tokenAt(ascending(text), start - source.start, position);
      if (found === null) return;
      if (!followed) setContextKey('vectorscope.followed', (followed = true));
      follow(found);
    }),
  );
}
