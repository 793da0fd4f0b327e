import { host } from '#host';
import * as vscode from 'vscode';
import type { Engine } from '../../shared/engine';
import { setContextKey } from '../registerContextKeys';
import { modelFileSetting } from '../settings';
import type { Shown } from '../shown';
import { describeModel, nameOfModel } from './chosenModel';
import { Descriptions } from './descriptions';
import { actionsOf } from './dialogs';
import { Models } from './models';
import type { RememberedModels } from './remembered';
import { ModelsTree } from './tree';
import { rowWords } from './words';

export interface ModelsViewOwner {
  /** Describes a file, however damaged, without risk to the loaded model. */
  readonly describe: Engine['describe'];
  readonly shown: Shown;
  readonly remembered: RememberedModels;
  /** The model that ships inside. */
  readonly defaultPath: string;
}

const viewId = 'vectorscope.models';

/** The view *Models*: the known models on this machine, with the facts in their headers. */
export class ModelsView implements vscode.Disposable {
  readonly actions = actionsOf({ find: host.findModels !== null });
  readonly descriptions: Descriptions;
  readonly models: Models;
  readonly #tree: ModelsTree;
  readonly #view: vscode.TreeView<unknown>;
  #searching = false;

  constructor(private readonly owner: ModelsViewOwner) {
    const { describe, shown, remembered, defaultPath } = owner;
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
      words: rowWords,
      loaded: () => shown.state.model,
    });
    this.#tree = new ModelsTree(
      {
        rows: () => this.models.rows,
        canAsk: (path) => this.#canAsk(path),
        ask: async (path, anew) => void (this.#canAsk(path) && (await this.descriptions.ask(path, anew))),
      },
      this.actions,
    );
    this.#view = vscode.window.createTreeView(viewId, { treeDataProvider: this.#tree });
    if (!host.findModels) setContextKey('vectorscope.noSearch', true);
    this.redraw();
  }

  get onDidChangeVisibility(): vscode.Event<unknown> {
    return this.#view.onDidChangeVisibility;
  }

  redraw(): void {
    this.#view.message =
      modelFileSetting() === ''
        ? ''
        : vscode.l10n.t('The setting vectorscope.modelFile chooses the model. Clear it to choose here.');
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
    const { findModels } = host;
    if (!findModels)
      return void vscode.window.showInformationMessage(
        vscode.l10n.t('In a browser there is no disk to search. Open a file or a folder instead.'),
      );
    if (this.#searching) return;
    this.#searching = true;
    try {
      await vscode.window.withProgress({ location: { viewId } }, async () => {
        this.models.found = await findModels();
        this.redraw();
        for (const { path } of this.models.entries) {
          await this.descriptions.ask(path, true);
          this.#tree.refresh();
        }
        if (this.models.found.length > 0) return;
        void vscode.window.showInformationMessage(
          vscode.l10n.t(
            'No models were found where Ollama, LM Studio, llama.cpp and Hugging Face keep theirs. Open a file or a folder instead.',
          ),
        );
      });
    } finally {
      this.#searching = false;
    }
  }

  dispose(): void {
    this.#view.dispose();
    this.#tree.dispose();
  }

  /** Where a header needs the whole file, it is read only when the model is loaded. */
  #canAsk(path: string): boolean {
    return host.readsHeaders || (this.owner.shown.state.loaded && path === this.models.inUse);
  }
}
