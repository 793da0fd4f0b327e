import * as vscode from 'vscode';
import { uncovering } from '../editor/cursor/openEditor';
import { setContextKey } from '../registerContextKeys';

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
