import * as vscode from 'vscode';
import { isCancelled } from '../../shared/errors';
import { modelTitle } from '../../shared/modelName';
import type { PanelState } from '../../shared/panel';
import { roomNames, type Room } from '../../shared/rooms';
import type { LongWork, Work } from '../longWork';
import { section } from '../settings';
import type { Shown } from '../shown';
import { machineLines, type Machine, type MachineLine } from './machine';
import { howFar, modelStatus, statusText, statusWords } from './modelStatus';

interface MenuItem extends vscode.QuickPickItem {
  readonly chosen?: { readonly command: string; readonly setting?: string } | { readonly stop: Room } | 'measure';
}

/** The state that decides what the menu offers. */
interface Offered {
  readonly loaded: boolean;
  /** A model is fetched or loaded, or its layers run. */
  readonly working: boolean;
  /** A measurement decided the backend of the layers, now or before. */
  readonly isMeasured: boolean;
  /** A second model is there. */
  readonly isCompared?: boolean;
  readonly works?: readonly Work[];
  readonly lines: readonly MachineLine[];
}

/** The setting behind a line; the host has none. */
const settings = {
  host: null,
  server: null,
  backend: 'backend',
  threads: 'threads',
  memory: 'unloadAfterMinutes',
} as const satisfies Record<MachineLine['what'], string | null>;

/**
 * The menu behind the item in the status bar: what can be done with the model, and the state of the machine, where a
 * line leads to its setting.
 */
export const menuItems = ({
  loaded,
  working,
  isMeasured,
  isCompared,
  works = [],
  lines,
}: Offered): readonly MenuItem[] => [
  ...works.map(({ room: stop, ...far }) => ({
    label: stop === 'text' ? vscode.l10n.t('Cancel') : vscode.l10n.t('Stop: {0}', roomNames(vscode.l10n)[stop].short),
    description: howFar(far).join(' · '),
    chosen: { stop },
  })),
  ...(loaded ? [{ label: vscode.l10n.t('Unload the model'), chosen: { command: 'vectorscope.unloadModel' } }] : []),
  ...(loaded || working
    ? []
    : [{ label: vscode.l10n.t('Load the model'), chosen: { command: 'vectorscope.loadModel' } }]),
  { label: vscode.l10n.t('Choose a Model'), chosen: { command: 'vectorscope.chooseModel' } },
  { label: vscode.l10n.t('Compare with another model…'), chosen: { command: 'vectorscope.compareModels' } },
  ...(isCompared
    ? [{ label: vscode.l10n.t('End the comparison'), chosen: { command: 'vectorscope.endComparison' } }]
    : []),
  ...(isMeasured ? [{ label: vscode.l10n.t('Measure the GPU again'), chosen: 'measure' as const }] : []),
  { label: vscode.l10n.t('Show Log'), chosen: { command: 'vectorscope.showLog' } },
  { label: vscode.l10n.t('State of the machine'), kind: vscode.QuickPickItemKind.Separator },
  ...lines.map(({ what, text, detail }) => ({
    label: text,
    ...(detail !== undefined && { detail }),
    ...(settings[what] !== null && {
      chosen: { command: 'workbench.action.openSettings', setting: `${section}.${settings[what]}` },
    }),
  })),
];

/** The work that goes on, or the name of the model. */
export function menuTitle(state: PanelState, works: readonly Work[] = []): string {
  const status = modelStatus(state, works);
  if (status && status.doing !== 'ready') return statusText(status, statusWords());
  return state.model ? modelTitle(state.model, vscode.l10n) : vscode.l10n.t('No model is loaded');
}

export interface ModelOwner {
  readonly shown: Shown;
  /** Resolves once the model is in memory; rejects if it cannot be loaded. */
  load(): Promise<void>;
  readonly work: Pick<LongWork, 'all' | 'stop' | 'stopAll'>;
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
    vscode.commands.registerCommand('vectorscope.stop', () => work.stopAll()),
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
