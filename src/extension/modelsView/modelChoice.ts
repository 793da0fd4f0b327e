import { host } from '#host';
import * as vscode from 'vscode';
import { EngineError, isCancelled } from '../../shared/errors';
import { translated } from '../../shared/said';
import type { InspectionController } from '../inspection/controller';
import type { NewestTask } from '../inspection/newest';
import { plainMessage } from '../plainText';
import { NotTrusted } from '../served';
import { modelFileSetting } from '../settings';
import { describeModel } from './chosenModel';
import { agreesToGeometry, pathFromDialog, tellOfSetting, tellOfSlip } from './dialogs';
import { entryOfServer, type Entry } from './models';
import type { ChosenServer, HubOrigin } from './remembered';
import { use, type LoadMode } from './use';
import type { ModelsView, ModelsViewOwner } from './view';

export interface ModelChoiceOwner extends Pick<ModelsViewOwner, 'shown' | 'remembered'> {
  /** A server that is chosen here may get text from here. */
  readonly agreed: { add(address: string): Promise<void> };
  /** The newest choice of a model wins. */
  readonly choosing: NewestTask;
  readonly controller: Pick<InspectionController, 'opening'>;
  /** Loads the model that is chosen now. Rejects if it cannot be loaded. */
  load(): Promise<void>;
  /** Logs the failure of a model and shows it to the user. */
  failed(error: unknown, path?: string): void;
}

/** Chooses and loads a model, and tells the user why that fails. */
export class ModelChoice {
  constructor(
    private readonly view: ModelsView,
    private readonly owner: ModelChoiceOwner,
  ) {}

  use(path: string, mode: LoadMode): Promise<void> {
    return this.#use(this.view.models.entryOf(path), mode);
  }

  /** Chooses a server as the user has just described it. */
  connect(server: ChosenServer): Promise<void> {
    return this.#use(entryOfServer(server), 'all');
  }

  /** Chooses a model that was fetched from the Hub. */
  fetched({ path, name, hub }: { path: string; name: string; hub: HubOrigin }, mode: LoadMode): Promise<void> {
    return this.#use({ kind: 'file', path, name, named: true, hub }, mode);
  }

  async #use(entry: Entry, mode: LoadMode): Promise<void> {
    const { shown, remembered, agreed, choosing, controller } = this.owner;
    if (modelFileSetting() !== '' && entry.kind !== 'setting') return tellOfSetting();
    const { isCurrent, end } = choosing.start();
    try {
      if (entry.server) await agreed.add(entry.server.address);
      const using = use(entry, mode, {
        isCurrent,
        opening: (name) => controller.opening(name, () => choosing.cancel()),
        readsHeaders: host.readsHeaders,
        look: (file) => describeModel({ path: file }),
        descriptions: this.view.descriptions,
        remembered,
        agrees: agreesToGeometry,
        isInUse: () => shown.state.loaded || shown.state.status.kind === 'working',
        load: () => this.#load(),
        loadAgain: () => void this.#load().catch((error: unknown) => this.tell(error)),
        redraw: () => this.view.redraw(),
      });
      this.view.progress(using);
      await using;
    } catch (error) {
      this.tell(error, entry.path);
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
      this.tell(error);
    }
  }

  #load(): Promise<void> {
    // Starts before the editor shows the progress, since another model may be chosen by then.
    const loading = this.owner.load();
    this.view.progress(loading);
    return loading;
  }

  tell(error: unknown, path?: string): void {
    if (isCancelled(error)) return;
    // The user's mistake is shown here, since the panel may not be open.
    if (error instanceof EngineError && error.code === 'bad-request' && !(error instanceof NotTrusted))
      void tellOfSlip(plainMessage(translated(error.said, vscode.l10n)));
    else this.owner.failed(error, path);
  }
}
