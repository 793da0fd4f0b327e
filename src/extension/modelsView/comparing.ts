import * as vscode from 'vscode';
import type { InspectionController } from '../inspection/controller';
import { describeModel } from './chosenModel';
import { askToDownload, pathFromDialog, pickModel } from './dialogs';
import type { ModelChoice } from './modelChoice';
import { canCompare } from './row';
import type { ModelsView } from './view';

export interface ComparingOwner {
  readonly controller: Pick<InspectionController, 'compare' | 'intend'>;
}

/** Chooses the model that the loaded one is compared with. */
export class Comparing {
  constructor(
    private readonly view: ModelsView,
    private readonly choice: Pick<ModelChoice, 'tell'>,
    private readonly owner: ComparingOwner,
  ) {}

  /** Offers the known models, or opens one of the dialogs that lead to others. */
  ask(given: unknown): Promise<void> {
    if (given === 'file' || given === 'folder') return this.#open(given);
    const command = 'vectorscope.compareModels';
    const actions = [
      { title: vscode.l10n.t('Choose a file…'), icon: 'file-add', command, argument: 'file' },
      { title: vscode.l10n.t('Choose a folder…'), icon: 'folder-opened', command, argument: 'folder' },
    ];
    const rows = this.view.models.rows.filter(canCompare);
    return pickModel(rows, actions, (path) => this.with(path), vscode.l10n.t('Compare the loaded model with'));
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
    this.view.progress(this.owner.controller.compare({ path, ...(named && { name }) }, name));
    // The section is there once the comparison has begun.
    void vscode.commands.executeCommand('vectorscope.openPanel', 'both');
  }

  async #open(what: 'file' | 'folder'): Promise<void> {
    try {
      const path = await pathFromDialog(what, vscode.l10n.t('Compare'));
      if (path !== undefined) await this.with(path);
    } catch (error) {
      this.choice.tell(error);
    }
  }
}
