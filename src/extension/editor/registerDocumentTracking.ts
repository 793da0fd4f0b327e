import * as vscode from 'vscode';
import type { InspectionController } from '../inspection/controller';
import type { TextOf } from '../inspection/since';

/** Follows the inspected text through edits of its document. Closing a document changes no text, but what follows is not seen until it is opened. */
export const registerDocumentTracking = (controller: InspectionController): vscode.Disposable =>
  vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length === 0) return;
      controller.documentEdited(
        document.uri.toString(),
        contentChanges.map(({ rangeOffset, rangeLength, text }) => ({ start: rangeOffset, end: rangeOffset + rangeLength, length: text.length })),
        textOf(document),
      );
    }),
    vscode.workspace.onDidOpenTextDocument((document) => controller.documentOpened(document.uri.toString(), textOf(document))),
  );

const textOf =
  (document: vscode.TextDocument): TextOf =>
  (start, end) =>
    document.getText(new vscode.Range(document.positionAt(start), document.positionAt(end)));
