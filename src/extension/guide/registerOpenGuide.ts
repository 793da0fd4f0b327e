import * as vscode from 'vscode';
import { LastEditor } from '../editor/lastEditor';

/**
 * Shows the reading guide that comes with the extension, in the editor's own preview of Markdown, in a group of its own
 * below the text: the guide tells the reader what to select there, and explains the panel beside it.
 */
export function registerOpenGuide(extensionUri: vscode.Uri): vscode.Disposable {
  const lastEditor = new LastEditor(vscode.window);
  const guide = vscode.Uri.joinPath(extensionUri, 'docs', 'README.md');
  const isGuide = ({ input }: vscode.Tab) =>
    input instanceof vscode.TabInputCustom && input.uri.toString() === guide.toString();
  const command = vscode.commands.registerCommand('vectorscope.openGuide', async () => {
    const { meant } = lastEditor;
    const shown = vscode.window.tabGroups.all.find(({ tabs }) => tabs.some(isGuide));
    if (meant && !shown) {
      // While the panel has the focus, its group is the active one.
      if (meant !== vscode.window.activeTextEditor)
        await vscode.window.showTextDocument(meant.document, meant.viewColumn ? { viewColumn: meant.viewColumn } : {});
      await vscode.commands.executeCommand('workbench.action.newGroupBelow');
    }
    const viewColumn = shown?.viewColumn ?? vscode.ViewColumn.Active;
    const options = { viewColumn, preview: false };
    return vscode.commands.executeCommand('vscode.openWith', guide, 'vscode.markdown.preview.editor', options);
  });
  return vscode.Disposable.from(command, lastEditor);
}
