import { homedir } from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Engine } from '../../shared/engine';
import { EngineError, isCancelled } from '../../shared/errors';
import { describeModel, modelFileSetting, section } from '../settings';
import type { Shown } from '../shown';
import { Descriptions } from './descriptions';
import { fileName, findModels, type FoundModel } from './find';
import { placesOf } from './places';
import type { RememberedModels } from './remembered';
import { entriesOf, rowOf, type Entry } from './rows';
import { ModelsTree } from './tree';
import { use } from './use';
import { rowWords } from './words';

export interface ModelsOwner {
  readonly engine: Pick<Engine, 'describe'>;
  readonly shown: Shown;
  readonly remembered: RememberedModels;
  /** The model that ships inside. */
  readonly defaultPath: string;
  /** Loads the model that is chosen by now; rejects where it cannot be had. */
  load(): Promise<void>;
  /** Logs a failure and tells the user. */
  failed(error: unknown): void;
}

const viewId = 'vectorscope.models';

/** The view *Models*: which models there are on this machine, and the choice among them. Reads no file before it is asked to. */
export function registerModels({ engine, shown, remembered, defaultPath, load, failed }: ModelsOwner): vscode.Disposable {
  let found: readonly FoundModel[] = [];
  const defaultName = fileName(defaultPath);
  const entries = () => entriesOf({ defaultPath, defaultName, setting: modelFileSetting(), remembered: remembered.files, found });
  const inUse = () => modelFileSetting() || (remembered.chosen?.path ?? defaultPath);
  const describe = async (file: string) => {
    // Says what is wrong with a setting that names no file.
    await describeModel({ path: file });
    return engine.describe({ path: file });
  };
  const descriptions = new Descriptions(describe);
  const tree: ModelsTree = new ModelsTree(
    () => {
      const used = inUse();
      return entries().map((entry) => rowOf(entry, descriptions.of(entry.path), entry.path === used, rowWords));
    },
    (file) => descriptions.ask(file, true),
  );
  const view = vscode.window.createTreeView(viewId, { treeDataProvider: tree });
  const redraw = () => {
    view.message = modelFileSetting() === '' ? '' : vscode.l10n.t('The setting vectorscope.modelFile chooses the model. Clear it to choose here.');
    tree.refresh();
  };
  redraw();
  // The engine runs by then, so that a header costs next to nothing.
  const describeInUse = async () => {
    if (!view.visible || !shown.state.loaded) return;
    await descriptions.ask(inUse());
    tree.refresh();
  };

  const useOrTell = async (entry: Entry | undefined) => {
    if (!entry) return;
    if (modelFileSetting() !== '' && entry.kind !== 'setting') return askForSetting();
    try {
      await (entry.kind === 'setting' ? load() : use(entry, { descriptions, remembered, load, redraw }));
    } catch (error) {
      if (!isCancelled(error)) failed(error);
    }
  };

  const openFile = async () => {
    const [file] = (await vscode.window.showOpenDialog({ title: vscode.l10n.t('Open a Model File'), openLabel: vscode.l10n.t('Load'), filters: { GGUF: ['gguf'] } })) ?? [];
    if (!file) return;
    if (file.scheme !== 'file') return failed(new EngineError('bad-request', vscode.l10n.t('Only files of the machine that Vectorscope runs on can be loaded.')));
    await useOrTell(entries().find((entry) => entry.path === file.fsPath) ?? { kind: 'file', path: file.fsPath, name: fileName(file.fsPath), named: false });
  };

  const find = async () => {
    await vscode.commands.executeCommand(`${viewId}.focus`);
    await vscode.window.withProgress({ location: { viewId } }, async () => {
      found = await findModels(placesOf({ platform: process.platform, home: homedir(), env: process.env, path }));
      redraw();
      for (const entry of entries()) {
        await descriptions.ask(entry.path, true);
        tree.refresh();
      }
    });
    if (found.length === 0) void vscode.window.showInformationMessage(vscode.l10n.t('No model files were found where Ollama, LM Studio, llama.cpp and Hugging Face keep theirs. Open a file instead.'));
  };

  return vscode.Disposable.from(
    view,
    tree,
    shown.onDidChange((change) => void (change.loaded && describeInUse())),
    view.onDidChangeVisibility(() => void describeInUse()),
    vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration(`${section}.modelFile`) && redraw()),
    vscode.commands.registerCommand('vectorscope.openModelFile', openFile),
    vscode.commands.registerCommand('vectorscope.findModels', find),
    vscode.commands.registerCommand('vectorscope.useModel', (file: unknown) => useOrTell(entries().find((entry) => entry.path === file))),
  );
}

async function askForSetting(): Promise<void> {
  const open = vscode.l10n.t('Open Settings');
  const chosen = await vscode.window.showInformationMessage(vscode.l10n.t('The setting vectorscope.modelFile chooses the model. Clear it to choose in the view.'), open);
  if (chosen === open) await vscode.commands.executeCommand('workbench.action.openSettings', `${section}.modelFile`);
}
