import * as vscode from 'vscode';
import { megabytes } from '../../shared/format';
import type { Download } from '../../shared/panel';

/**
 * Asks whether to download a model that this browser does not hold yet. `yes` hears the answer if it is yes. The editor
 * replaces an older notification with the same words.
 */
export async function askToDownload({ name, bytes, from }: Download, yes: () => void): Promise<void> {
  const size = megabytes(bytes);
  const download = vscode.l10n.t('Download {0}', size);
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      'Vectorscope needs the model {0} ({1}). It is downloaded once from {2}, and this browser keeps it.',
      name,
      size.replace(' ', '\u00a0'),
      from,
    ),
    download,
    vscode.l10n.t('Not now'),
  );
  if (answer === download) yes();
}
