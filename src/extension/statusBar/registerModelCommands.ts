import * as vscode from 'vscode';
import { isCancelled } from '../../shared/errors';
import type { LongWork } from '../longWork';
import type { Shown } from '../shown';
import { machineLines, type Machine } from './machine';
import { menuItems, menuTitle } from './modelMenu';

export interface ModelOwner {
  readonly shown: Shown;
  /** Resolves once the model is in memory; rejects if it cannot be loaded. */
  load(): Promise<void>;
  readonly work: Pick<LongWork, 'all' | 'stop'>;
  /** Resolves once its memory was given back. */
  unload(): Promise<void>;
  machine(): Machine;
  readonly backend: {
    /** Whether a measurement decided it, now or before. */
    readonly isMeasured: boolean;
    measureAgain(): Promise<void>;
  };
  /** Logs a failure and tells the user. */
  failed(error: unknown): void;
}

/** Loading and unloading by hand, and the menu behind the item in the status bar, which shows how far it is. */
export function registerModelCommands({
  shown,
  load,
  work,
  unload,
  machine,
  backend,
  failed,
}: ModelOwner): vscode.Disposable {
  const told = (act: () => Promise<void>) => () =>
    act().catch((error: unknown) => void (isCancelled(error) || failed(error)));
  return vscode.Disposable.from(
    vscode.commands.registerCommand('vectorscope.loadModel', told(load)),
    vscode.commands.registerCommand('vectorscope.unloadModel', told(unload)),
    vscode.commands.registerCommand('vectorscope.stop', () => work.all.forEach(({ room }) => work.stop(room))),
    vscode.commands.registerCommand('vectorscope.modelMenu', async () => {
      const { state } = shown;
      const items = menuItems({
        loaded: state.loaded,
        working: state.status.kind === 'working' || state.both.working !== null,
        isMeasured: backend.isMeasured,
        isCompared: state.both.other !== null,
        works: work.all,
        lines: machineLines(machine(), state),
      });
      const chosen = (await vscode.window.showQuickPick(items, { placeHolder: menuTitle(state, work.all) }))?.chosen;
      if (chosen === 'measure') await told(() => backend.measureAgain())();
      else if (chosen && 'stop' in chosen) work.stop(chosen.stop);
      else if (chosen)
        await vscode.commands.executeCommand(chosen.command, ...(chosen.setting === undefined ? [] : [chosen.setting]));
    }),
  );
}
