import { host } from '#host';
import * as vscode from 'vscode';
import type { Engine } from '../../shared/engine';
import { count } from '../../shared/format';
import type { InspectionController } from '../inspection/controller';
import { setContextKey } from '../registerContextKeys';
import { modelFileSetting } from '../settings';
import type { Shown } from '../shown';
import { describeModel, nameOfModel } from './chosenModel';
import { Descriptions } from './descriptions';
import { actionsOf, tellToOpen, type ModelAction } from './dialogs';
import { Models } from './models';
import { ModelSearch } from './modelSearch';
import { ModelsTree } from './modelsTree';
import type { RememberedModels } from './remembered';

export interface ModelsViewOwner {
  /** Describes a file, however damaged, without risk to the loaded model. */
  readonly describe: Engine['describe'];
  readonly shown: Shown;
  readonly remembered: RememberedModels;
  /** Knows the model that the loaded one is compared with. */
  readonly controller: Pick<InspectionController, 'comparedWith'>;
  /** The model that ships inside. */
  readonly defaultPath: string;
}

const viewId = 'vectorscope.models';

/** The view *Models*: the known models on this machine, with the facts in their headers. */
export class ModelsView implements vscode.Disposable {
  readonly descriptions: Descriptions;
  readonly models: Models;
  readonly #tree: ModelsTree;
  readonly #view: vscode.TreeView<unknown>;
  readonly #search: ModelSearch | null;
  /** Says that the last search was stopped; empty otherwise. */
  #stopped = '';

  constructor(private readonly owner: ModelsViewOwner) {
    const { describe, shown, remembered, controller, defaultPath } = owner;
    this.descriptions = new Descriptions(async (path) => {
      // Shows the error if the setting names no file.
      await describeModel({ path });
      return describe({ path });
    });
    this.models = new Models({
      remembered,
      descriptions: this.descriptions,
      defaultPath,
      // The same name as in the panel. There is only one model with this name, so its quantisation is not shown.
      defaultName: nameOfModel(defaultPath),
      setting: modelFileSetting,
      loaded: () => shown.state.model,
      compared: () => controller.comparedWith,
    });
    this.#tree = new ModelsTree(
      {
        rows: () => this.models.rows,
        canAsk: (path) => this.#canAsk(path),
        ask: async (path, anew) => void (this.#canAsk(path) && (await this.descriptions.ask(path, anew))),
      },
      () => this.actions,
    );
    this.#search = this.#searchOf(host.findModels);
    this.#view = vscode.window.createTreeView(viewId, { treeDataProvider: this.#tree });
    if (!this.#search) setContextKey('vectorscope.noSearch', true);
    this.redraw();
  }

  get onDidChangeVisibility(): vscode.Event<unknown> {
    return this.#view.onDidChangeVisibility;
  }

  /** The rows below the models. */
  get actions(): readonly ModelAction[] {
    return actionsOf(
      this.#search === null ? 'none' : this.#search.isRunning ? 'running' : 'idle',
      host.kind === 'node',
    );
  }

  redraw(): void {
    const setting =
      modelFileSetting() === ''
        ? ''
        : vscode.l10n.t('The setting vectorscope.modelFile chooses the model. Clear it to choose in the view.');
    this.#view.message = [setting, this.#stopped].filter((sentence) => sentence !== '').join(' ');
    this.#tree.refresh();
  }

  /** Shows the view as busy until the work is done, however it ends. */
  progress(work: Promise<unknown>): void {
    void vscode.window.withProgress({ location: { viewId } }, () => work.catch(() => undefined));
  }

  /** Reads the headers of the models that were chosen before, if the view is visible and an engine runs. */
  async describeChosen(): Promise<void> {
    const { shown, remembered } = this.owner;
    if (!this.#view.visible || !shown.state.loaded) return;
    for (const path of [this.models.inUse, ...remembered.files.map((file) => file.path)])
      if (this.#canAsk(path)) await this.descriptions.ask(path);
    this.#tree.refresh();
  }

  /** Searches the folders where other programs keep their models. */
  async find(): Promise<void> {
    await vscode.commands.executeCommand(`${viewId}.focus`);
    const search = this.#search;
    if (!search) return tellToOpen(vscode.l10n.t('In a browser there is no disk. Open a file or a folder instead.'));
    if (search.isRunning) return;
    this.#stopped = '';
    const running = search.run();
    this.#searchChanged();
    try {
      const { count: found, stopped } = await vscode.window.withProgress({ location: { viewId } }, () => running);
      if (stopped) this.#stopped = stoppedWords(found);
      else if (found === 0) void tellToOpen(nothingFound());
    } finally {
      this.#searchChanged();
    }
  }

  /** Ends the search. The view says so, and keeps what was found. */
  stopFinding(): void {
    this.#search?.stop();
  }

  dispose(): void {
    this.#view.dispose();
    this.#tree.dispose();
  }

  #searchOf(find: typeof host.findModels): ModelSearch | null {
    return (
      find &&
      new ModelSearch({
        find,
        show: (found, stopped) => {
          // A search that was stopped does not take away what an earlier one found.
          this.models.found = stopped ? [...found, ...this.models.found] : found;
          this.redraw();
        },
        paths: () => this.models.entries.flatMap(({ path, server }) => (server ? [] : [path])),
        describe: async (path) => {
          await this.descriptions.ask(path, true);
          this.#tree.refresh();
        },
      })
    );
  }

  #searchChanged(): void {
    setContextKey('vectorscope.searching', this.#search?.isRunning ?? false);
    this.redraw();
  }

  /** Where a header needs the whole file, it is read only when the model is loaded. */
  #canAsk(path: string): boolean {
    // A server has no header, and drawing a row must not connect to one.
    if (this.models.entryOf(path).server) return false;
    return host.readsHeaders || (this.owner.shown.state.loaded && path === this.models.inUse);
  }
}

const nothingFound = (): string =>
  vscode.l10n.t(
    'No models were found in the folders of Ollama, LM Studio, llama.cpp and Hugging Face. Open a file or a folder instead.',
  );

function stoppedWords(found: number): string {
  if (found === 0) return vscode.l10n.t('The search was stopped before it found a model. Search again to go on.');
  return vscode.l10n.t('The search was stopped; there may be more models. Found so far: {0}.', count(found));
}
