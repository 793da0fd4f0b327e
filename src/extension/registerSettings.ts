import * as vscode from 'vscode';
import type { PanelOptions } from '../shared/panel';
import { optionsOfSettings, section, type OptionsOfSettings } from './settings';

/** Who holds what the settings say. */
export interface SettingsHolders {
  /** Only what another value was set for: a choice that was made in the panel stays. */
  optionsChanged(change: Partial<PanelOptions>): void;
  modelChanged(): void;
  backendChanged(): void;
  idleTimeChanged(): void;
}

/** `options` is what the settings said last. */
export function registerSettings(
  options: OptionsOfSettings,
  { optionsChanged, modelChanged, backendChanged, idleTimeChanged }: SettingsHolders,
): vscode.Disposable {
  let known = options;
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (!event.affectsConfiguration(section)) return;
    const before: Partial<PanelOptions> = known;
    known = optionsOfSettings();
    const change = Object.fromEntries(
      Object.entries(known).filter(([name, value]) => value !== before[name as keyof PanelOptions]),
    ) as Partial<PanelOptions>;
    if (Object.keys(change).length > 0) optionsChanged(change);
    const concerns = (name: string) => event.affectsConfiguration(`${section}.${name}`);
    if (concerns('modelFile') || concerns('threads')) modelChanged();
    if (concerns('backend')) backendChanged();
    if (concerns('unloadAfterMinutes')) idleTimeChanged();
  });
}
