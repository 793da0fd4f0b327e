import * as vscode from 'vscode';
import { EngineError } from '../../shared/errors';
import type { SubjectPlace } from '../inspection/subject';

/** Writes a text at the end of a place, and returns its length there: line ends become those of the document. */
export async function insertAt({ uri, end }: SubjectPlace, text: string): Promise<number> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true));
  const length = (): number => document.offsetAt(new vscode.Position(document.lineCount, 0));
  const before = length();
  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, document.positionAt(end), text);
  if (await vscode.workspace.applyEdit(edit)) return length() - before;
  throw new EngineError(
    'bad-request',
    vscode.l10n.t(
      'The tokens could not be written into the document, since it is read-only. Copy its text into another document.',
    ),
  );
}
