import * as vscode from 'vscode';
import { isCancelled } from '../../shared/errors';
import type { Shown } from '../shown';

export interface ModelOwner {
  readonly shown: Shown;
  /** Resolves once the model is in memory; rejects where it cannot be had. */
  load(): Promise<void>;
  /** Resolves once its memory was given back. */
  unload(): Promise<void>;
  /** Logs a failure and tells the user. */
  failed(error: unknown): void;
}

/** Loading and unloading by hand, and the menu behind the item in the status bar, which shows how far it is. */
export function registerModelCommands({ shown, load, unload, failed }: ModelOwner): vscode.Disposable {
  const told = (act: () => Promise<void>) => () => act().catch((error: unknown) => void (isCancelled(error) || failed(error)));
  return vscode.Disposable.from(
    vscode.commands.registerCommand('vectorscope.loadModel', told(load)),
    vscode.commands.registerCommand('vectorscope.unloadModel', told(unload)),
    vscode.commands.registerCommand('vectorscope.modelMenu', async () => {
      const items = [
        shown.state.loaded ? { label: vscode.l10n.t('Unload the model'), command: 'vectorscope.unloadModel' } : { label: vscode.l10n.t('Load the model'), command: 'vectorscope.loadModel' },
        { label: vscode.l10n.t('Choose a model…'), command: 'vectorscope.chooseModel' },
        { label: vscode.l10n.t('Show the log'), command: 'vectorscope.showLog' },
      ];
      const chosen = await vscode.window.showQuickPick(items, { placeHolder: shown.state.model?.name ?? vscode.l10n.t('No model is loaded') });
      if (chosen) await vscode.commands.executeCommand(chosen.command);
    }),
  );
}
