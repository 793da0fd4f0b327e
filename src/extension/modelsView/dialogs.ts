import { host } from '#host';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { megabytes } from '../../shared/format';
import type { Download } from '../../shared/panel';
import { plainMessage, withoutIcons } from '../plainText';
import { modelFileSetting, section } from '../settings';
import type { Row } from './models';

/** An action that leads to models that are not in the list. */
export interface ModelAction {
  readonly title: string;
  readonly icon: string;
  readonly command: string;
  /** What the command is given. */
  readonly argument?: string;
}

/** The search for models: not possible without a disk, possible, or under way. */
export type SearchState = 'none' | 'idle' | 'running';

/** The commands that a search begins and ends with. */
export const searchCommands: readonly string[] = ['vectorscope.findModels', 'vectorscope.stopFindingModels'];

const searchActions = (state: SearchState): readonly ModelAction[] => {
  switch (state) {
    case 'none':
      return [];
    case 'idle':
      return [{ title: vscode.l10n.t('Look for Models'), icon: 'search', command: 'vectorscope.findModels' }];
    case 'running':
      return [{ title: vscode.l10n.t('Stop Looking'), icon: 'debug-stop', command: 'vectorscope.stopFindingModels' }];
  }
};

/** `keepsFiles` means that models of the Hub can be fetched. */
export const actionsOf = (search: SearchState, keepsFiles: boolean): readonly ModelAction[] => [
  { title: vscode.l10n.t('Open File…'), icon: 'file-add', command: 'vectorscope.openModelFile' },
  { title: vscode.l10n.t('Open Folder…'), icon: 'folder-opened', command: 'vectorscope.openModelFolder' },
  ...(keepsFiles
    ? [{ title: vscode.l10n.t('Open from the Hub…'), icon: 'cloud-download', command: 'vectorscope.openFromHub' }]
    : []),
  { title: vscode.l10n.t('Connect to a Server…'), icon: 'plug', command: 'vectorscope.connectToServer' },
  ...searchActions(search),
];

/** Says why no models can be listed, and offers the two ways to a model that always work. */
export async function tellToOpen(sentence: string): Promise<void> {
  const ways = [
    { title: vscode.l10n.t('Open File…'), command: 'vectorscope.openModelFile' },
    { title: vscode.l10n.t('Open Folder…'), command: 'vectorscope.openModelFolder' },
  ];
  const chosen = await vscode.window.showInformationMessage(sentence, ...ways);
  if (chosen) await vscode.commands.executeCommand(chosen.command);
}

interface Item extends vscode.QuickPickItem {
  readonly act?: () => unknown;
}

/** What is offered of a model. */
export type Pickable = Pick<Row, 'path' | 'label' | 'description'> & { readonly icon: string };

/** Models below a title, which may be empty. */
interface Group {
  readonly title: string;
  readonly rows: readonly Pickable[];
}

const separator = (label: string): Item => ({ label, kind: vscode.QuickPickItemKind.Separator });

/** Offers the known models, and the actions that lead to others, in the palette. */
export async function pickModel(
  groups: readonly Group[],
  actions: readonly ModelAction[],
  use: (path: string) => unknown,
  placeHolder = vscode.l10n.t('Choose a Model'),
): Promise<void> {
  const items: readonly Item[] = [
    ...groups.flatMap(({ title, rows }) => [
      ...(title === '' || rows.length === 0 ? [] : [separator(title)]),
      ...rows.map(({ path, label, description, icon }) => ({
        label: `$(${icon}) ${withoutIcons(label)}`,
        description: withoutIcons(description),
        detail: withoutIcons(path),
        act: () => use(path),
      })),
    ]),
    separator(''),
    ...actions.map(({ title, icon, command, argument }) => ({
      label: `$(${icon}) ${title}`,
      act: () => vscode.commands.executeCommand(command, argument),
    })),
  ];
  const chosen = await vscode.window.showQuickPick<Item>([...items], {
    placeHolder,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  await chosen?.act?.();
}

/**
 * Asks for a model's file or for its folder, since not every system has one dialog for both, or for a file with a
 * tokenizer. `undefined` if the user chose none. It starts beside the model at `near`. Throws if the host cannot read
 * the chosen place.
 */
export async function pathFromDialog(
  what: 'file' | 'folder' | 'tokenizer',
  openLabel = vscode.l10n.t('Load'),
  near?: string,
): Promise<string | undefined> {
  // The places of a browser are no paths of a disk.
  const start = near !== undefined && host.kind === 'node' ? { defaultUri: vscode.Uri.file(dirname(near)) } : {};
  const asked = {
    file: () => ({
      title: vscode.l10n.t('Open a Model File'),
      filters: { [vscode.l10n.t('Models')]: ['gguf', 'safetensors'] },
    }),
    folder: () => ({
      title: vscode.l10n.t('Open a Folder with a Model (config.json) or an Adapter (adapter_config.json)'),
      ...{ canSelectFolders: true, canSelectFiles: false },
    }),
    tokenizer: () => ({ filters: { [vscode.l10n.t('Tokenizer')]: ['gguf', 'json'] } }),
  }[what]();
  const [chosen] = (await vscode.window.showOpenDialog({ ...start, openLabel, ...asked })) ?? [];
  return chosen && host.placeOf(chosen);
}

/** Asks whether to load the geometry alone of a model that cannot be run. */
export async function agreesToGeometry(refusal: string): Promise<boolean> {
  const show = vscode.l10n.t('Show Geometry Only');
  const detail = vscode.l10n.t('Its geometry can still be shown: tokens, sizes and neighbours, without predictions.');
  return (await vscode.window.showWarningMessage(refusal, { modal: true, detail }, show)) === show;
}

/** Tells the user of a choice that cannot be loaded, and leads to another: in the setting if it names the model. */
export async function tellOfSlip(sentence: string): Promise<void> {
  const way =
    modelFileSetting() === ''
      ? { title: vscode.l10n.t('Choose a Model'), act: chooseModel }
      : { title: vscode.l10n.t('Open Settings'), act: openSetting };
  await (await vscode.window.showErrorMessage(sentence, way))?.act();
}

const chooseModel = () => vscode.commands.executeCommand('vectorscope.chooseModel');
const openSetting = () => vscode.commands.executeCommand('workbench.action.openSettings', `${section}.modelFile`);

/** Tells the user that choices in the list have no effect while the setting names a model. */
export async function tellOfSetting(): Promise<void> {
  const open = vscode.l10n.t('Open Settings');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('The setting vectorscope.modelFile chooses the model. Clear it to choose in the view.'),
    open,
  );
  if (chosen === open) await openSetting();
}

/**
 * Asks whether to download a model that this browser does not hold yet. `yes` hears the answer if it is yes. The editor
 * replaces an older notification with the same words.
 */
export async function askToDownload({ name, bytes, from }: Download, yes: () => void): Promise<void> {
  const size = megabytes(bytes);
  const download = vscode.l10n.t('Download {0}', size);
  const answer = await vscode.window.showInformationMessage(
    plainMessage(
      vscode.l10n.t(
        'Vectorscope needs the model {0} ({1}). It is downloaded from {2}. This browser keeps it, except in a private or guest window.',
        name,
        size.replace(' ', '\u00a0'),
        from,
      ),
    ),
    download,
    vscode.l10n.t('Not now'),
  );
  if (answer === download) yes();
}
