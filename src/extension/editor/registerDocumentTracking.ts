import * as vscode from 'vscode';
import type { InspectionController } from '../inspection/controller';

/** Follows the inspected text through edits of its document. Closing a document changes no text, so it needs no care. */
export const registerDocumentTracking = (controller: InspectionController): vscode.Disposable =>
  vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
    if (contentChanges.length === 0) return;
    controller.documentEdited(
      document.uri.toString(),
      contentChanges.map(({ rangeOffset, rangeLength, text }) => ({ start: rangeOffset, end: rangeOffset + rangeLength, length: text.length })),
    );
  });
