import * as vscode from 'vscode';
import { registerCommands } from '../registerCommands';
import { section } from '../settings';
import { Comparing, type ComparingOwner } from './comparing';
import { pickModel } from './dialogs';
import { ModelChoice, type ModelChoiceOwner } from './modelChoice';
import type { Models } from './models';
import type { RememberedModels } from './remembered';
import { ModelsView, type ModelsViewOwner } from './view';

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
