import { host } from '#host';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { backendChoices, type BackendChoice } from '../shared/backend';
import { defaultModel } from '../shared/defaultModel';
import { defaults, type LoadRequest } from '../shared/engine';
import { EngineError } from '../shared/errors';
import { colourings, type PanelOptions } from '../shared/panel';
import { metrics } from '../shared/tokens';
import type { ModelDescription } from './inspection/modelLoader';
import type { ChosenFile, RememberedModels } from './modelsView/remembered';

export const section = 'vectorscope';

export const mostContextTokens = 2048;

/** Where a token answers the mouse: in the inspected text, also in the line under it anywhere, or nowhere. */
export const hoverPlaces = ['inspected', 'always', 'off'] as const;
export type HoverPlace = (typeof hoverPlaces)[number];

export type OptionsOfSettings = Omit<PanelOptions, 'plain' | 'space'>;

/** Settings are read at every use; whoever keeps what they say hears of changes from `registerSettings`. */
export function optionsOfSettings(): OptionsOfSettings {
  // Getting them takes far longer than reading one.
  const all = settings();
  return {
    context: truth(all, 'context', false),
    contextTokens: whole(all, 'contextTokens', defaults.contextTokens, 0, mostContextTokens),
    centred: truth(all, 'centred', false),
    limit: whole(all, 'tokenLimit', defaults.limit, 1, 2048),
    colouring: oneOf(all, 'colourBy', colourings, 'size'),
    metric: oneOf(all, 'metric', metrics, 'euclidean'),
    neighbours: whole(all, 'neighbours', defaults.neighbours, 1, 50),
    top: whole(all, 'predictions', defaults.top, 1, 100),
  };
}

export const hoverPlace = (): HoverPlace => oneOf(settings(), 'hover', hoverPlaces, 'inspected');

export const backendChoice = (): BackendChoice => oneOf(settings(), 'backend', backendChoices, 'auto');

/** Minutes without a request after which the model is unloaded; 0 keeps it. */
export const idleMinutes = (): number => whole(settings(), 'unloadAfterMinutes', 30, 0, 1440);

/** The setting's file wins over the one that was chosen in the view, and that one over the model that ships inside. */
export function modelRequest(extensionPath: string, remembered: Pick<RememberedModels, 'chosen' | 'of'>): LoadRequest {
  const all = settings();
  const file = text(all, 'modelFile');
  const threads = threadsIn(all);
  const chosen = file === '' ? remembered.chosen : (remembered.of(file) ?? { path: file });
  return {
    ...(chosen ? requestOf(chosen) : { path: defaultPath(extensionPath), sha256: defaultModel.sha256 }),
    ...(threads === 0 ? {} : { threads }),
  };
}

/** Threads that the settings ask for; 0 leaves their number to the machine. */
export const threadsSetting = (): number => threadsIn(settings());

const threadsIn = (all: vscode.WorkspaceConfiguration): number => whole(all, 'threads', 0, 0, 8);

const requestOf = ({ path, name, geometryOnly }: ChosenFile): LoadRequest => ({
  path,
  ...(name !== undefined && { name }),
  ...(geometryOnly === true && { geometryOnly }),
});

/** Where the model that ships inside lies. */
export const defaultPath = (extensionPath: string): string => join(extensionPath, defaultModel.path);

/** The file that the settings name; '' where they name none. */
export const modelFileSetting = (): string => text(settings(), 'modelFile');

/** Whether the settings name a model of their own. */
export const namesModelFile = (): boolean => modelFileSetting() !== '';

/**
 * What is known of a model before it is read. That there is no such file is for the engine to say, where the host did
 * not see it.
 */
export async function describeModel({ path, name }: Pick<LoadRequest, 'path' | 'name'>): Promise<ModelDescription> {
  if (!host.isPlace(path))
    throw new EngineError(
      'bad-request',
      vscode.l10n.t(
        'The setting vectorscope.modelFile is not an absolute path. Give the whole path of a GGUF file or of a model’s folder, or leave it empty.',
      ),
    );
  return {
    name: name ?? nameOfModel(path),
    bytes: await host.bytesOf(path),
    ...(host.fetches(path) && { fetched: true }),
  };
}

/**
 * A folder's name, or a file's without its ending and its quantisation: `SmolLM2-135M-Instruct.Q4_1.gguf` holds
 * SmolLM2-135M-Instruct.
 */
export const nameOfModel = (path: string): string =>
  basename(path)
    .replace(/\.gguf$/i, '')
    .replace(/[.-](i?q\d\w*|b?f\d+)$/i, '');

const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration(section);

/**
 * A settings file may hold anything: what has another type counts as the default, a number out of range as its nearest
 * bound.
 */
function whole(
  all: vscode.WorkspaceConfiguration,
  name: string,
  fallback: number,
  smallest: number,
  largest: number,
): number {
  const value: unknown = all.get(name);
  return typeof value === 'number' && Number.isFinite(value)
    ? Math.min(largest, Math.max(smallest, Math.round(value)))
    : fallback;
}

function truth(all: vscode.WorkspaceConfiguration, name: string, fallback: boolean): boolean {
  const value: unknown = all.get(name);
  return typeof value === 'boolean' ? value : fallback;
}

function oneOf<T extends string>(
  all: vscode.WorkspaceConfiguration,
  name: string,
  values: readonly T[],
  fallback: T,
): T {
  const value: unknown = all.get(name);
  return values.find((known) => known === value) ?? fallback;
}

function text(all: vscode.WorkspaceConfiguration, name: string): string {
  const value: unknown = all.get(name);
  return typeof value === 'string' ? value.trim() : '';
}
