import * as vscode from 'vscode';
import type { PanelState } from '../../shared/panel';
import { roomNames, type Room } from '../../shared/rooms';
import { modelTitle } from '../../shared/servedName';
import type { Work } from '../longWork';
import { section } from '../settings';
import type { MachineLine } from './machine';
import { howFar, modelStatus, statusText, statusWords } from './modelStatus';

export interface MenuItem extends vscode.QuickPickItem {
  readonly chosen?: { readonly command: string; readonly setting?: string } | { readonly stop: Room } | 'measure';
}

/** The state that decides what the menu offers. */
export interface Offered {
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
  { label: vscode.l10n.t('Choose a model…'), chosen: { command: 'vectorscope.chooseModel' } },
  { label: vscode.l10n.t('Compare with another model…'), chosen: { command: 'vectorscope.compareModels' } },
  ...(isCompared
    ? [{ label: vscode.l10n.t('End the comparison'), chosen: { command: 'vectorscope.endComparison' } }]
    : []),
  ...(isMeasured ? [{ label: vscode.l10n.t('Measure the GPU again'), chosen: 'measure' as const }] : []),
  { label: vscode.l10n.t('Show the log'), chosen: { command: 'vectorscope.showLog' } },
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
