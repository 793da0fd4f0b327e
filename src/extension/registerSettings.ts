import * as vscode from 'vscode';
import type { PanelOptions } from '../shared/panel';
import { optionsOfSettings, section, type OptionsOfSettings } from './settings';

/** Those who keep the values of settings. */
export interface SettingsHolders {
  /** Only the settings with another value: choices that were made in the panel stay. */
  optionsChanged(change: Partial<PanelOptions>): void;
  modelChanged(): void;
  backendChanged(): void;
  idleTimeChanged(): void;
}

/** `options` are the last values of the settings. */
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
    if (['modelFile', 'threads', 'sameBits', 'serverPatience'].some(concerns)) modelChanged();
    if (['backend', 'sameBits'].some(concerns)) backendChanged();
    if (concerns('unloadAfterMinutes')) idleTimeChanged();
  });
}
