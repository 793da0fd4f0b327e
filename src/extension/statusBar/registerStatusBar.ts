import * as vscode from 'vscode';
import { count, megabytes } from '../../shared/format';
import type { PanelState } from '../../shared/panel';
import type { Shown } from '../shown';
import { modelStatus, statusText } from './modelStatus';

export interface StatusBarOwner {
  readonly shown: Shown;
  /** What the engine takes, bytes; null where that is not known. */
  memory(): number | null;
  readonly onDidNoteMemory: vscode.Event<void>;
}

/** Says which model is in memory and what it does, as long as there is one. */
export function registerStatusBar({ shown, memory, onDidNoteMemory }: StatusBarOwner): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('vectorscope.model', vscode.StatusBarAlignment.Right, 100);
  item.name = 'Vectorscope';
  item.command = 'vectorscope.modelMenu';
  const words = { fetching: vscode.l10n.t('fetching'), loading: vscode.l10n.t('loading'), running: vscode.l10n.t('running'), ready: vscode.l10n.t('ready') };

  const draw = () => {
    const status = modelStatus(shown.state);
    if (!status) return item.hide();
    const bytes = memory();
    item.text = statusText(status, bytes, words);
    item.tooltip = [status.name, threadsOf(shown.state), bytes === null ? '' : vscode.l10n.t('Memory: {0}', megabytes(bytes)), words[status.doing]].filter((line) => line !== '').join('\n');
    item.show();
  };
  draw();
  const concerns = (change: Partial<PanelState>) => 'status' in change || 'loaded' in change || 'model' in change;
  return vscode.Disposable.from(item, shown.onDidChange((change) => concerns(change) && draw()), onDidNoteMemory(draw));
}

function threadsOf({ model, loaded }: PanelState): string {
  if (!model || !loaded) return '';
  return model.threads === 1 ? vscode.l10n.t('1 thread') : vscode.l10n.t('{0} threads', count(model.threads));
}
