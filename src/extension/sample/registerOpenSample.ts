import * as vscode from 'vscode';
import { uncovering } from '../editor/cursor/revealedText';
import { LastEditor } from '../editor/lastEditor';
import { setContextKey } from '../registerContextKeys';

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

/** The sample's first sentence, the one that it asks to inspect. */
const sentence = 'The best way to learn a language is to speak it';

/**
 * Opens the text to try things in as an untitled document, with its first sentence selected; the same one again while
 * it is open.
 */
export function registerOpenSample(extensionUri: vscode.Uri): vscode.Disposable {
  let opened: vscode.TextDocument | null = null;
  const open = async () => {
    const content = new TextDecoder().decode(
      await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extensionUri, 'media', 'sample.md')),
    );
    return vscode.workspace.openTextDocument({ language: 'markdown', content });
  };
  return vscode.commands.registerCommand('vectorscope.openSample', async () => {
    opened = opened?.isClosed === false ? opened : await open();
    const at = opened.getText().indexOf(sentence);
    const selection =
      at < 0 ? undefined : new vscode.Range(opened.positionAt(at), opened.positionAt(at + sentence.length));
    await vscode.window.showTextDocument(opened, {
      preview: false,
      viewColumn: uncovering(opened.uri),
      ...(selection && { selection }),
    });
    setContextKey('vectorscope.sampleOpened', true);
  });
}
