import { host } from '#host';
import * as vscode from 'vscode';
import { section } from '../settings';

/**
 * Asks for a model's file, or for its folder: not every system has a dialog for both. undefined where a person chose
 * none; throws where it lies elsewhere.
 */
export async function pathFromDialog(what: 'file' | 'folder'): Promise<string | undefined> {
  const openLabel = vscode.l10n.t('Load');
  const [chosen] =
    (await vscode.window.showOpenDialog(
      what === 'file'
        ? {
            title: vscode.l10n.t('Open a Model File'),
            openLabel,
            filters: { [vscode.l10n.t('Models')]: ['gguf', 'safetensors'] },
          }
        : {
            title: vscode.l10n.t('Open a Model’s Folder: config.json, tokenizer.json and safetensors files'),
            openLabel,
            canSelectFolders: true,
            canSelectFiles: false,
          },
    )) ?? [];
  return chosen && host.placeOf(chosen);
}

/** Whether a person wants the geometry alone of a model that cannot be run. */
export async function agreesToGeometry(refusal: string): Promise<boolean> {
  const show = vscode.l10n.t('Show Geometry Only');
  const detail = vscode.l10n.t(
    'Its geometry can be shown all the same: tokens, sizes and neighbours, without predictions.',
  );
  return (await vscode.window.showWarningMessage(refusal, { modal: true, detail }, show)) === show;
}

/** Nothing that is chosen in the list holds while the setting names a model. */
export async function tellOfSetting(): Promise<void> {
  const open = vscode.l10n.t('Open Settings');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('The setting vectorscope.modelFile chooses the model. Clear it to choose in the view.'),
    open,
  );
  if (chosen === open) await vscode.commands.executeCommand('workbench.action.openSettings', `${section}.modelFile`);
}
