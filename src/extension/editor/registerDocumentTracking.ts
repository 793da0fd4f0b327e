import * as vscode from 'vscode';
import type { Measure } from '../handlerTimes';
import type { InspectionController } from '../inspection/controller';
import type { TextOf } from '../inspection/inspected';

/**
 * Follows inspected texts through edits of their documents. Closing a document changes no text, but what follows is not
 * seen until it is opened.
 */
export const registerDocumentTracking = (controller: InspectionController, measure: Measure): vscode.Disposable =>
  vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument(
      measure(({ document, contentChanges }) => {
        const uri = document.uri.toString();
        // Other line endings are no edit, but they move all that follows; that a document became dirty is told in the
        // same way.
        if (contentChanges.length === 0) return controller.documents.seen(uri, textOf(document));
        const edits = contentChanges.map(({ rangeOffset, rangeLength, text }) => ({
          start: rangeOffset,
          end: rangeOffset + rangeLength,
          length: text.length,
        }));
        controller.documents.edited(uri, edits, textOf(document));
      }),
    ),
    vscode.workspace.onDidOpenTextDocument((document) =>
      controller.documents.seen(document.uri.toString(), textOf(document)),
    ),
  );

const textOf =
  (document: vscode.TextDocument): TextOf =>
  (start, end) =>
    document.getText(new vscode.Range(document.positionAt(start), document.positionAt(end)));
