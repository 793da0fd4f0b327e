import * as vscode from 'vscode';

/** Why nothing is connected to, and what to do. */
export const notTrusted = (): string =>
  vscode.l10n.t(
    'This workspace is not trusted, so Vectorscope uses no network. Trust the workspace, or choose a model that runs here.',
  );

/** Says why nothing is done, and leads to the editor's page about trust. */
export async function tellOfTrust(sentence = notTrusted()): Promise<void> {
  const manage = vscode.l10n.t('Manage Workspace Trust');
  if ((await vscode.window.showErrorMessage(sentence, manage)) === manage)
    await vscode.commands.executeCommand('workbench.trust.manage');
}
