import * as vscode from 'vscode';
import { LastEditor } from '../editor/lastEditor';

/**
 * Shows the reading guide that comes with the extension, in the editor's own preview of Markdown. The preview is
 * locked, since it would show the next Markdown file that is opened, such as the sample. It opens beside the text,
 * usually in the group of the panel: the guide tells the reader what to select there.
 */
export function registerOpenGuide(extensionUri: vscode.Uri): vscode.Disposable {
  const lastEditor = new LastEditor(vscode.window);
  const guide = vscode.Uri.joinPath(extensionUri, 'docs', 'README.md');
  const command = vscode.commands.registerCommand('vectorscope.openGuide', async () => {
    const editor = lastEditor.meant;
    if (!editor) return vscode.commands.executeCommand('markdown.showPreview', guide, undefined, { locked: true });
    // "Beside" counts from the active group. While the panel has the focus, that is not the group of the text.
    if (editor !== vscode.window.activeTextEditor)
      await vscode.window.showTextDocument(editor.document, editor.viewColumn ? { viewColumn: editor.viewColumn } : {});
    return vscode.commands.executeCommand('markdown.showLockedPreviewToSide', guide);
  });
  return vscode.Disposable.from(command, lastEditor);
}
