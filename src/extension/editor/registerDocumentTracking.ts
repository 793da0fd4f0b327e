import * as vscode from 'vscode';
import { after } from '../../shared/timers';
import type { MeasureHandler } from '../handlerTimes';
import type { InspectionController } from '../inspection/controller';
import type { TextOf } from '../inspection/trackedText';

/**
 * Follows inspected texts through the edits of their documents. Changes to a closed document are not seen until it is
 * opened again.
 */
export function registerDocumentTracking(controller: InspectionController, measure: MeasureHandler): vscode.Disposable {
  const seen = (document: vscode.TextDocument) => controller.documents.seen(document.uri.toString(), textOf(document));
  // Inspections of before a reload are listed already.
  for (const document of vscode.workspace.textDocuments) seen(document);
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument(
      measure(({ document, contentChanges }) => {
        const uri = document.uri.toString();
        // A change of line endings comes without edits, but moves the text after them. An event without edits may also
        // say only that the document became dirty.
        if (contentChanges.length === 0) return seen(document);
        const edits = contentChanges.map(({ rangeOffset, rangeLength, text }) => ({
          start: rangeOffset,
          end: rangeOffset + rangeLength,
          length: text.length,
        }));
        controller.documents.edited(uri, edits, textOf(document));
      }),
    ),
    vscode.workspace.onDidCloseTextDocument((document) => {
      const uri = document.uri.toString();
      // Another language for a document closes it and opens it again.
      after(0, () => {
        if (!vscode.workspace.textDocuments.some((one) => one.uri.toString() === uri)) controller.closed(uri);
      });
    }),
    vscode.workspace.onDidOpenTextDocument(seen),
  );
}

const textOf =
  (document: vscode.TextDocument): TextOf =>
  (start, end) =>
    document.getText(new vscode.Range(document.positionAt(start), document.positionAt(end)));
