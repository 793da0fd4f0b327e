import * as vscode from 'vscode';
import { weightTypes } from '../../shared/format';
import { modelTitle } from '../../shared/modelName';
import type { PanelState } from '../../shared/panel';
import type { LongWork } from '../longWork';
import { setContextKey } from '../registerContextKeys';
import type { Shown } from '../shown';
import { machineLines, type Machine } from './machine';
import { modelStatus, statusText, statusWords } from './modelStatus';

export interface StatusBarOwner {
  readonly shown: Shown;
  readonly work: Pick<LongWork, 'all' | 'changed'>;
  machine(): Machine;
  readonly memoryNoted: { readonly event: vscode.Event<void> };
}

/** Shows the model that is in memory and its state. */
export function registerStatusBar({ shown, work, machine, memoryNoted }: StatusBarOwner): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('vectorscope.model', vscode.StatusBarAlignment.Right, 100);
  item.name = 'Vectorscope';
  item.command = 'vectorscope.modelMenu';
  const words = statusWords();

  const draw = () => {
    const status = modelStatus(shown.state, work.all);
    if (!status) return item.hide();
    const where = machine();
    item.text = statusText(status, words);
    const lines = machineLines(where, shown.state).flatMap(({ text, detail }) =>
      detail === undefined ? [text] : [text, detail],
    );
    const { model } = shown.state;
    const title = status.server !== undefined && model ? modelTitle(model, vscode.l10n) : status.name;
    const typed = status.type !== undefined && model ? vscode.l10n.t('{0}, {1}', title, weightTypes(model)) : title;
    item.tooltip = [typed, words[status.doing], ...lines].join('\n');
    item.show();
  };
  draw();
  let working = false;
  work.changed = () => {
    const isLong = work.all.some((one) => one.isLong);
    if (isLong !== working) setContextKey('vectorscope.working', (working = isLong));
    draw();
  };
  const concerns = (change: Partial<PanelState>) =>
    ['status', 'loaded', 'model', 'backend', 'document'].some((key) => key in change);
  return vscode.Disposable.from(
    item,
    shown.onDidChange((change) => concerns(change) && draw()),
    memoryNoted.event(draw),
  );
}
