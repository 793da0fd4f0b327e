import { host } from '#host';
import * as vscode from 'vscode';
import { EngineError, isCancelled } from '../../shared/errors';
import type { NewestTask } from '../inspection/newest';
import { plainMessage } from '../plainMessage';
import { modelFileSetting, section } from '../settings';
import { describeModel } from './chosenModel';
import { agreesToGeometry, pathFromDialog, pickModel, tellOfSetting, tellOfSlip } from './dialogs';
import { use, type LoadMode } from './use';
import { ModelsView, type ModelsViewOwner } from './view';

export interface ModelsOwner extends ModelsViewOwner {
  /** The newest choice of a model wins. */
  readonly choosing: NewestTask;
  /** Loads the model that is chosen now. Rejects if it cannot be loaded. */
  load(): Promise<void>;
  /** Logs the failure of a model and shows it to the user. */
  failed(error: unknown, path?: string): void;
}

/**
 * The view *Models* and the choice of a model. It searches for files only on demand. It reads the headers of files that
 * were chosen before only while an engine runs.
 */
export function registerModels(owner: ModelsOwner): vscode.Disposable {
  const { shown, remembered } = owner;
  const view = new ModelsView(owner);
  const choice = new ModelChoice(view, owner);
  const forget = async (path: string) => {
    await remembered.forget(path);
    view.redraw();
  };
  /** A click passes a path to the command, a menu passes a row. */
  const ofRow = (act: (path: string) => unknown) => (row: unknown) => {
    const path = pathIn(row);
    return path === undefined ? undefined : act(path);
  };
  const { registerCommand } = vscode.commands;
  return vscode.Disposable.from(
    view,
    shown.onDidChange((change) => void ((change.loaded || change.model) && view.describeChosen())),
    view.onDidChangeVisibility(() => void view.describeChosen()),
    vscode.workspace.onDidChangeConfiguration(
      (event) => event.affectsConfiguration(`${section}.modelFile`) && view.redraw(),
    ),
    registerCommand('vectorscope.openModelFile', (given: unknown) => choice.open('file', given)),
    registerCommand('vectorscope.openModelFolder', (given: unknown) => choice.open('folder', given)),
    registerCommand('vectorscope.findModels', () => view.find()),
    registerCommand('vectorscope.stopFindingModels', () => view.stopFinding()),
    registerCommand('vectorscope.chooseModel', () =>
      pickModel(view.models.rows, view.actions, (path) => choice.use(path, 'all')),
    ),
    registerCommand(
      'vectorscope.useModel',
      ofRow((path) => choice.use(path, 'all')),
    ),
    registerCommand(
      'vectorscope.useModelGeometry',
      ofRow((path) => choice.use(path, 'geometry')),
    ),
    registerCommand(
      'vectorscope.revealModel',
      ofRow((path) => vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(path))),
    ),
    registerCommand(
      'vectorscope.copyModelPath',
      ofRow((path) => vscode.env.clipboard.writeText(path)),
    ),
    registerCommand('vectorscope.forgetModel', ofRow(forget)),
  );
}

/** Chooses and loads a model, and tells the user why that fails. */
class ModelChoice {
  constructor(
    private readonly view: ModelsView,
    private readonly owner: ModelsOwner,
  ) {}

  async use(path: string, mode: LoadMode): Promise<void> {
    const { shown, remembered, choosing } = this.owner;
    const entry = this.view.models.entryOf(path);
    if (modelFileSetting() !== '' && entry.kind !== 'setting') return tellOfSetting();
    const { isCurrent, end } = choosing.start();
    try {
      await use(entry, mode, {
        isCurrent,
        readsHeaders: host.readsHeaders,
        look: (file) => describeModel({ path: file }),
        descriptions: this.view.descriptions,
        remembered,
        agrees: agreesToGeometry,
        isInUse: () => shown.state.loaded || shown.state.status.kind === 'working',
        load: () => this.#load(),
        loadAgain: () => void this.#load().catch((error: unknown) => this.#tell(error)),
        redraw: () => this.view.redraw(),
      });
    } catch (error) {
      this.#tell(error, path);
    } finally {
      end();
    }
  }

  /** If no URI is given, a dialog asks for one. */
  async open(what: 'file' | 'folder', given: unknown): Promise<void> {
    try {
      const path = given instanceof vscode.Uri ? host.placeOf(given) : await pathFromDialog(what);
      if (path !== undefined) await this.use(path, 'all');
    } catch (error) {
      this.#tell(error);
    }
  }

  #load(): Promise<void> {
    // Starts before the editor shows the progress, since another model may be chosen by then.
    const loading = this.owner.load();
    this.view.progress(loading);
    return loading;
  }

  #tell(error: unknown, path?: string): void {
    if (isCancelled(error)) return;
    // The user's mistake is shown here, since the panel may not be open.
    if (error instanceof EngineError && error.code === 'bad-request') void tellOfSlip(plainMessage(error.message));
    else this.owner.failed(error, path);
  }
}

function pathIn(argument: unknown): string | undefined {
  if (typeof argument === 'string') return argument;
  return typeof argument === 'object' && argument !== null && 'path' in argument && typeof argument.path === 'string'
    ? argument.path
    : undefined;
}
