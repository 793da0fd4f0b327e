import * as vscode from 'vscode';
import { backendChoices, type BackendChoice } from '../shared/backend';
import { extensionId } from '../shared/extensionId';
import { metrics } from '../shared/metrics';
import { colourings, type PanelOptions } from '../shared/panel';
import { asEditorWrites } from './modelPath';

/** Those who keep the values of settings. */
interface SettingsHolders {
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

export const section = 'vectorscope';

/** Where hovers appear: in the inspected text, also in any line under the mouse, or nowhere. */
export const hoverPlaces = ['inspected', 'always', 'off'] as const;
export type HoverPlace = (typeof hoverPlaces)[number];

export type OptionsOfSettings = Omit<PanelOptions, 'plain' | 'chat' | 'space'>;

/**
 * Settings are read at every use; `registerSettings` reports changes to those who keep a value. The manifest holds the
 * defaults and ranges.
 */
export function optionsOfSettings(): OptionsOfSettings {
  // Getting the configuration takes far longer than reading one setting.
  const all = settings();
  return {
    context: truth(all, 'context'),
    contextTokens: whole(all, 'contextTokens'),
    centred: truth(all, 'centred'),
    limit: whole(all, 'tokenLimit'),
    colouring: oneOf(all, 'colourBy', colourings),
    metric: oneOf(all, 'metric', metrics),
    neighbours: whole(all, 'neighbours'),
    top: whole(all, 'predictions'),
  };
}

/** The longest context that the setting allows, tokens. */
export const mostContextTokens = (): number => rangeOf('contextTokens').maximum;

export const hoverPlace = (): HoverPlace => oneOf(settings(), 'hover', hoverPlaces);

/** Whether the status bar shows how many tokens the selection or the document has. */
export const tokenCountSetting = (): boolean => truth(settings(), 'tokenCount');

/** A GPU has bits of its own, so it is not tried where the same ones are asked for. */
export function backendChoice(): BackendChoice {
  const choice = oneOf(settings(), 'backend', backendChoices);
  return choice === 'auto' && sameBitsSetting() ? 'wasm' : choice;
}

/** Minutes without a request after which the model is unloaded; 0 keeps it. */
export const idleMinutes = (): number => whole(settings(), 'unloadAfterMinutes');

/** Threads that the settings ask for; 0 leaves their number to the machine. */
export const threadsSetting = (): number => whole(settings(), 'threads');

/** Whether the settings ask for the same bits on every processor. */
export const sameBitsSetting = (): boolean => truth(settings(), 'sameBits');

/** The file that the settings name; '' if they name none. */
export const modelFileSetting = (): string => asEditorWrites(string(settings(), 'modelFile').trim());

/** The address of the Hub, or of a mirror, without a final slash; the usual one if the setting is empty. */
export function hubAddress(): string {
  const set = string(settings(), 'hubAddress').trim().replace(/\/+$/, '');
  return set === '' ? String(declared('hubAddress').default) : set;
}

/** Whether tools of the chat may ask a model on a server. */
export const toolsUseServers = (): boolean => truth(settings(), 'toolsUseServers');

/** Seconds that a server may take for its first answer. */
export const serverPatience = (): number => whole(settings(), 'serverPatience');

const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration(section);

interface Manifest {
  readonly contributes: { readonly configuration: { readonly properties: Readonly<Record<string, Setting>> } };
}

/** A setting as the manifest declares it. */
interface Setting {
  readonly default: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
}

function declared(name: string): Setting {
  const extension = vscode.extensions.getExtension<unknown>(extensionId);
  const manifest = extension?.packageJSON as Manifest | undefined;
  const setting = manifest?.contributes.configuration.properties[`${section}.${name}`];
  if (!setting) throw new Error(`The manifest declares no setting ${section}.${name}.`);
  return setting;
}

function rangeOf(name: string): { readonly minimum: number; readonly maximum: number } {
  const { minimum, maximum } = declared(name);
  if (minimum === undefined || maximum === undefined)
    throw new Error(`The manifest gives the setting ${section}.${name} no range.`);
  return { minimum, maximum };
}

/** A settings file may hold anything: a value of another kind counts as the default. */
function valid<T>(all: vscode.WorkspaceConfiguration, name: string, isValid: (value: unknown) => value is T): T {
  const value: unknown = all.get(name);
  if (isValid(value)) return value;
  const { default: fallback } = declared(name);
  if (isValid(fallback)) return fallback;
  throw new Error(`The manifest's default of the setting ${section}.${name} is not valid.`);
}

/** A number out of range counts as the nearest bound. */
function whole(all: vscode.WorkspaceConfiguration, name: string): number {
  const { minimum, maximum } = rangeOf(name);
  const value = valid(all, name, (value): value is number => Number.isFinite(value));
  return Math.min(maximum, Math.max(minimum, Math.round(value)));
}

const truth = (all: vscode.WorkspaceConfiguration, name: string): boolean =>
  valid(all, name, (value) => typeof value === 'boolean');

const string = (all: vscode.WorkspaceConfiguration, name: string): string =>
  valid(all, name, (value) => typeof value === 'string');

const oneOf = <T extends string>(all: vscode.WorkspaceConfiguration, name: string, values: readonly T[]): T =>
  valid(all, name, (value): value is T => values.some((known) => known === value));
