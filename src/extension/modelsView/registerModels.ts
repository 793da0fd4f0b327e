import { host } from '#host';
import * as vscode from 'vscode';
import type { Engine } from '../../shared/engine';
import { EngineError, isCancelled } from '../../shared/errors';
import { plainMessage } from '../plainMessage';
import { setContextKey } from '../registerContextKeys';
import { modelFileSetting, section } from '../settings';
import { describeModel, nameOfModel } from './chosenModel';
import type { NewestTask } from '../inspection/newest';
import type { Shown } from '../shown';
import { Descriptions } from './descriptions';
import { agreesToGeometry, pathFromDialog, tellOfSetting } from './dialogs';
import { Models } from './models';
import { pickModel } from './dialogs';
import type { RememberedModels } from './remembered';
import { actionsOf } from './dialogs';
import { ModelsTree } from './tree';
import { use, type Way } from './use';
import { rowWords } from './words';

export interface ModelsOwner {
  /** Describes a file, however damaged, at no risk to the model that is loaded. */
  readonly describe: Engine['describe'];
  /** Where the newest choice of a model wins. */
  readonly choosing: NewestTask;
  readonly shown: Shown;
  readonly remembered: RememberedModels;
  /** The model that ships inside. */
  readonly defaultPath: string;
  /** Loads the model that is chosen by now; rejects where it cannot be had. */
  load(): Promise<void>;
  /** Logs a failure of a model and tells the user. */
  failed(error: unknown, path?: string): void;
}

const viewId = 'vectorscope.models';

/**
 * The view *Models*: which models there are on this machine, and the choice among them. Looks for files only when it is
 * asked to, and reads the headers of those that were chosen before only beside an engine that runs.
 */
export function registerModels({
  describe,
  choosing,
  shown,
  remembered,
  defaultPath,
  load,
  failed,
}: ModelsOwner): vscode.Disposable {
  const descriptions = new Descriptions(async (file) => {
    // Says what is wrong with a setting that names no file.
    await describeModel({ path: file });
    return describe({ path: file });
  });
  const actions = actionsOf({ find: host.findModels !== null });
  const models = new Models({
    remembered,
    descriptions,
    defaultPath,
    // As the panel calls it: there is one of it, so that its quantisation tells nothing apart.
    defaultName: nameOfModel(defaultPath),
    setting: modelFileSetting,
    words: rowWords,
    loaded: () => shown.state.model,
  });
  /** What costs a whole file is read when it is loaded, and not for a glance. */
  const canAsk = (file: string) => host.readsHeaders || (shown.state.loaded && file === models.inUse);
  const tree = new ModelsTree(
    {
      rows: () => models.rows,
      canAsk,
      ask: async (file, anew) => void (canAsk(file) && (await descriptions.ask(file, anew))),
    },
    actions,
  );
  const view = vscode.window.createTreeView(viewId, { treeDataProvider: tree });
  if (!host.findModels) setContextKey('vectorscope.noSearch', true);
  const redraw = () => {
    view.message =
      modelFileSetting() === ''
        ? ''
        : vscode.l10n.t('The setting vectorscope.modelFile chooses the model. Clear it to choose here.');
    tree.refresh();
  };
  redraw();
  // By then a person works with models.
  const describeChosen = async () => {
    if (!view.visible || !shown.state.loaded) return;
    for (const path of [models.inUse, ...remembered.files.map((file) => file.path)].filter(canAsk))
      await descriptions.ask(path);
    tree.refresh();
  };

  const tell = (error: unknown, file?: string) => {
    if (isCancelled(error)) return;
    // A slip is answered where it was made, and here that is no panel.
    if (error instanceof EngineError && error.code === 'bad-request')
      void vscode.window.showErrorMessage(plainMessage(error.message));
    else failed(error, file);
  };
  // Begun before the editor shows the progress: by then another model may be chosen.
  const loadHere = () => {
    const loading = load();
    void vscode.window.withProgress({ location: { viewId } }, () => loading.catch(() => undefined));
    return loading;
  };
  const isInUse = () => shown.state.loaded || shown.state.status.kind === 'working';
  const loadAgain = () => void loadHere().catch((error: unknown) => tell(error));

  const useOrTell = async (file: string, way: Way) => {
    const entry = models.entryOf(file);
    if (modelFileSetting() !== '' && entry.kind !== 'setting') return tellOfSetting();
    const { isCurrent, end } = choosing.start();
    try {
      await use(entry, way, {
        isCurrent,
        readsHeaders: host.readsHeaders,
        look: (path) => describeModel({ path }),
        descriptions,
        remembered,
        agrees: agreesToGeometry,
        isInUse,
        load: loadHere,
        loadAgain,
        redraw,
      });
    } catch (error) {
      tell(error, file);
    } finally {
      end();
    }
  };

  const open = async (what: 'file' | 'folder', given: unknown) => {
    try {
      const file = given instanceof vscode.Uri ? host.placeOf(given) : await pathFromDialog(what);
      if (file !== undefined) await useOrTell(file, 'all');
    } catch (error) {
      tell(error);
    }
  };

  let searching = false;
  const find = async () => {
    await vscode.commands.executeCommand(`${viewId}.focus`);
    const { findModels } = host;
    if (!findModels)
      return void vscode.window.showInformationMessage(
        vscode.l10n.t('In a browser there is no disk to look on. Open a file or a folder instead.'),
      );
    if (searching) return;
    searching = true;
    try {
      await vscode.window.withProgress({ location: { viewId } }, async () => {
        const found = await findModels();
        models.found = found;
        redraw();
        for (const entry of models.entries) {
          await descriptions.ask(entry.path, true);
          tree.refresh();
        }
        if (found.length > 0) return;
        void vscode.window.showInformationMessage(
          vscode.l10n.t(
            'No models were found where Ollama, LM Studio, llama.cpp and Hugging Face keep theirs. Open a file or a folder instead.',
          ),
        );
      });
    } finally {
      searching = false;
    }
  };

  const forget = async (file: string) => {
    await remembered.forget(file);
    redraw();
  };

  const ofRow = (act: (file: string) => unknown) => (row: unknown) => {
    const file = pathIn(row);
    return file === undefined ? undefined : act(file);
  };
  return vscode.Disposable.from(
    view,
    tree,
    shown.onDidChange((change) => void ((change.loaded || change.model) && describeChosen())),
    view.onDidChangeVisibility(() => void describeChosen()),
    vscode.workspace.onDidChangeConfiguration(
      (event) => event.affectsConfiguration(`${section}.modelFile`) && redraw(),
    ),
    vscode.commands.registerCommand('vectorscope.openModelFile', (given: unknown) => open('file', given)),
    vscode.commands.registerCommand('vectorscope.openModelFolder', (given: unknown) => open('folder', given)),
    vscode.commands.registerCommand('vectorscope.findModels', find),
    vscode.commands.registerCommand('vectorscope.chooseModel', () =>
      pickModel(models.rows, actions, (file) => useOrTell(file, 'all')),
    ),
    vscode.commands.registerCommand(
      'vectorscope.useModel',
      ofRow((file) => useOrTell(file, 'all')),
    ),
    vscode.commands.registerCommand(
      'vectorscope.useModelGeometry',
      ofRow((file) => useOrTell(file, 'geometry')),
    ),
    vscode.commands.registerCommand(
      'vectorscope.revealModel',
      ofRow((file) => vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(file))),
    ),
    vscode.commands.registerCommand(
      'vectorscope.copyModelPath',
      ofRow((file) => vscode.env.clipboard.writeText(file)),
    ),
    vscode.commands.registerCommand('vectorscope.forgetModel', ofRow(forget)),
  );
}

/** Commands get a path from a click, and a row from a menu. */
function pathIn(argument: unknown): string | undefined {
  if (typeof argument === 'string') return argument;
  return typeof argument === 'object' && argument !== null && 'path' in argument && typeof argument.path === 'string'
    ? argument.path
    : undefined;
}
