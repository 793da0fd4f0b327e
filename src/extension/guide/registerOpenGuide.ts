import * as vscode from 'vscode';

/** Shows the reading guide that comes with the extension, in the editor's own preview of Markdown. */
export const registerOpenGuide = (extensionUri: vscode.Uri): vscode.Disposable =>
  vscode.commands.registerCommand('vectorscope.openGuide', async () => {
    await vscode.commands.executeCommand(
      'markdown.showPreview',
      vscode.Uri.joinPath(extensionUri, 'docs', 'README.md'),
    );
    // Otherwise it would show the next Markdown file that is opened, such as the sample.
    await vscode.commands.executeCommand('markdown.preview.toggleLock');
  });
