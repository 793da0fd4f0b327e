import { host } from '#host';
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { InspectionController } from '../inspection/controller';
import { registerCommands } from '../registerContextKeys';
import { section } from '../settings';
import type { KeptList } from '../store';
import { describeModel } from './chosenModel';
import { pickModel, askToDownload, pathFromDialog, searchCommands, type Pickable } from './dialogs';
import { ModelChoice, type ModelChoiceOwner } from './modelChoice';
import type { Models } from './models';
import type { RememberedModels } from './remembered';
import { canCompare } from './row';
import { ModelsView, type ModelsViewOwner } from './view';

interface ComparingOwner {
  readonly controller: Pick<InspectionController, 'compare' | 'comparedWith' | 'intend'>;
  readonly compared: KeptList<string>;
}

/** Chooses the model that the loaded one is compared with. */
export class Comparing {
  constructor(
    private readonly view: ModelsView,
    private readonly choice: Pick<ModelChoice, 'tell'>,
    private readonly owner: ComparingOwner,
  ) {}

  /** Offers the models that were compared last and the known ones, or opens one of the dialogs that lead to others. */
  async ask(given: unknown): Promise<void> {
    if (given === 'file' || given === 'folder') return this.#open(given);
    const command = 'vectorscope.compareModels';
    const actions = [
      ...this.view.actions.filter(({ command }) => searchCommands.includes(command)),
      { title: vscode.l10n.t('Open File…'), icon: 'file-add', command, argument: 'file' },
      { title: vscode.l10n.t('Open Folder…'), icon: 'folder-opened', command, argument: 'folder' },
    ];
    const { rows } = this.view.models;
    const recent = await this.#recent();
    const known = rows.filter((row) => canCompare(row) && !recent.some(({ path }) => path === row.path));
    const groups = [
      { title: vscode.l10n.t('compared last'), rows: recent },
      { title: recent.length > 0 ? vscode.l10n.t('other models') : '', rows: known },
    ];
    return pickModel(groups, actions, (path) => this.with(path), vscode.l10n.t('Compare the loaded model with'));
  }

  /** The models that were compared last and are still there, whether they are in the list or not. */
  async #recent(): Promise<readonly Pickable[]> {
    const { rows, inUse } = this.view.models;
    const { compared, controller } = this.owner;
    const paths = compared.all.filter((path) => path !== inUse && path !== controller.comparedWith);
    const sizes = await Promise.all(paths.map((path) => host.bytesOf(path).catch(() => null)));
    return paths.flatMap((path, at): readonly Pickable[] => {
      const row = rows.find((one) => one.path === path);
      if (sizes[at] === null || (row && !canCompare(row))) return [];
      const { name } = this.view.models.entryOf(path);
      return [row ?? { path, label: name, description: basename(dirname(path)), icon: 'history' }];
    });
  }

  async with(path: string): Promise<void> {
    const { name, named } = this.view.models.entryOf(path);
    try {
      // A browser may not hold the model that ships inside yet.
      const { download } = await describeModel({ path });
      const load = () => this.#load(path, name, named);
      if (download) await askToDownload(download, load);
      else load();
    } catch (error) {
      this.choice.tell(error, path);
    }
  }

  #load(path: string, name: string, named: boolean): void {
    this.view.progress(this.#compare(path, name, named));
    // The section is there once the comparison has begun.
    void vscode.commands.executeCommand('vectorscope.openPanel', 'both');
  }

  async #compare(path: string, name: string, named: boolean): Promise<void> {
    const { controller, compared } = this.owner;
    await controller.compare({ path, ...(named && { name }) }, name);
    if (controller.comparedWith === path) await compared.add(path);
  }

  async #open(what: 'file' | 'folder'): Promise<void> {
    try {
      const path = await pathFromDialog(what, vscode.l10n.t('Compare'), this.owner.compared.all[0]);
      if (path !== undefined) await this.with(path);
    } catch (error) {
      this.choice.tell(error);
    }
  }
}

/** The view, as far as the Hub and the servers need it. */
export interface ModelsFeature {
  readonly choice: ModelChoice;
  readonly models: Models;
  readonly remembered: RememberedModels;
  redraw(): void;
  /** A command that a row or a path is passed to: a click passes a path, a menu passes a row. */
  ofRow(act: (path: string) => unknown): (row: unknown) => unknown;
}

/**
 * The view *Models* and the choice of a model. It searches for files only on demand. It reads the headers of files that
 * were chosen before only while an engine runs.
 */
export function registerModels(
  owner: ModelsViewOwner & ModelChoiceOwner & ComparingOwner,
): ModelsFeature & vscode.Disposable {
  const { shown, remembered, controller } = owner;
  const view = new ModelsView(owner);
  const choice = new ModelChoice(view, owner);
  const comparing = new Comparing(view, choice, owner);
  const redraw = () => view.redraw();
  let compared = controller.comparedWith;
  const redrawCompared = () => {
    if (compared === controller.comparedWith) return;
    compared = controller.comparedWith;
    redraw();
  };
  const forget = async (path: string) => {
    await remembered.forget(path);
    redraw();
  };
  const ofRow = (act: (path: string) => unknown) => (row: unknown) => {
    const path = pathIn(row);
    return path === undefined ? undefined : act(path);
  };
  const registered = vscode.Disposable.from(
    view,
    shown.onDidChange((change) => void ((change.loaded || change.model) && view.describeChosen())),
    shown.onDidChange((change) => void (change.both && redrawCompared())),
    view.onDidChangeVisibility(() => void view.describeChosen()),
    vscode.workspace.onDidChangeConfiguration(
      (event) => event.affectsConfiguration(`${section}.modelFile`) && redraw(),
    ),
    registerCommands({
      'vectorscope.openModelFile': (given: unknown) => choice.open('file', given),
      'vectorscope.openModelFolder': (given: unknown) => choice.open('folder', given),
      'vectorscope.findModels': () => view.find(),
      'vectorscope.stopFindingModels': () => view.stopFinding(),
      'vectorscope.chooseModel': () =>
        pickModel([{ title: '', rows: view.models.rows }], view.actions, (path) => choice.use(path, 'all')),
      'vectorscope.compareModels': (given: unknown) => comparing.ask(given),
      'vectorscope.endComparison': () => controller.intend({ type: 'endComparison' }),
      'vectorscope.compareModel': ofRow((path) => comparing.with(path)),
      'vectorscope.useModel': ofRow((path) => choice.use(path, 'all')),
      'vectorscope.useModelGeometry': ofRow((path) => choice.use(path, 'geometry')),
      'vectorscope.revealModel': ofRow((path) =>
        vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(path)),
      ),
      'vectorscope.copyModelPath': ofRow((path) => vscode.env.clipboard.writeText(path)),
      'vectorscope.forgetModel': ofRow(forget),
    }),
  );
  return { choice, models: view.models, remembered, redraw, ofRow, dispose: () => void registered.dispose() };
}

/** The path that a row or a click names. */
export function pathIn(argument: unknown): string | undefined {
  if (typeof argument === 'string') return argument;
  return typeof argument === 'object' && argument !== null && 'path' in argument && typeof argument.path === 'string'
    ? argument.path
    : undefined;
}
