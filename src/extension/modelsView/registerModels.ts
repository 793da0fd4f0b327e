import * as vscode from 'vscode';
import { registerHub, type HubFeature } from '../hub/registerHub';
import { registerServers, type ServersOwner } from '../servers/registerServers';
import { section } from '../settings';
import { pickModel } from './dialogs';
import { ModelChoice, type ModelChoiceOwner } from './modelChoice';
import { ModelsView, type ModelsViewOwner } from './view';

export interface ModelsOwner extends ModelsViewOwner, ModelChoiceOwner, ServersOwner {
  readonly hub: HubFeature;
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
    registerHub({ choice, remembered, redraw: () => view.redraw(), ofRow }, owner.hub),
    registerServers({ choice, models: view.models, redraw: () => view.redraw(), ofRow }, owner),
  );
}

/** The path that a row or a click names. */
export function pathIn(argument: unknown): string | undefined {
  if (typeof argument === 'string') return argument;
  return typeof argument === 'object' && argument !== null && 'path' in argument && typeof argument.path === 'string'
    ? argument.path
    : undefined;
}
